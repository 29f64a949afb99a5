import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

import type { ISocketFactory, ISocketFactoryArgs } from 'kafkajs';

import type { Logger } from '../../port/logger';
import { BrokerConnection } from './broker-connection';
import { checkAnswer } from './check-answer';
import type { Damages } from './damages';
import { DamagedAnswer } from './frames';
import { hostOfSeed } from './seed-hosts';
import { seldom } from './seldom';

/** Something became of a connection to a broker (`host:port`). What was never opened has never ended. */
export type ConnectionEvent =
  | { readonly kind: 'opened'; readonly broker: string }
  /** Closed here, as it was not needed any more. */
  | { readonly kind: 'closed'; readonly broker: string }
  /** Ended by the broker or by something in between, or given up as its answers were wrong or did not come. */
  | { readonly kind: 'lost'; readonly broker: string; readonly reason: Error };

export interface ConnectionsOptions {
  /** Told before anything is sent over a new connection, and before anybody learns that one ended. Must not throw. */
  readonly onConnection?: (event: ConnectionEvent) => void;
  /** How long a request may be unanswered before its connection is given up, in ms. */
  readonly maxUnansweredMs: number;
  /** What arrived wrong is noted there. */
  readonly damages: Damages;
  readonly logger: Logger;
  /** Once aborted, every connection ends and none is made any more: nothing is left open, whatever kafkajs still asks for. */
  readonly closed?: AbortSignal;
}

/** Between a sign of life and the next on a connection that is not used. */
const KEEP_ALIVE_INTERVAL_MS = 60_000;
const WARN_INTERVAL_MS = 60_000;

/** Makes the connections of a client, in place of kafkajs’s own sockets. */
export function makeConnections(options: ConnectionsOptions): ISocketFactory {
  const { damages, logger, onConnection } = options;
  const endWhenClosed = makeEnding(options.closed);
  const warn = seldom(WARN_INTERVAL_MS, (fields, message) => logger.warn(fields, message));
  const tell = (event: ConnectionEvent): void => {
    onConnection?.(event);
    if (event.kind === 'lost' && event.reason instanceof DamagedAnswer) {
      const { broker, reason } = event;
      warn(
        broker,
        { broker, reason: reason.message },
        'an answer arrived damaged: asking again over another connection',
      );
    }
  };
  return (asked) => {
    const wanted = { ...asked, host: hostOfSeed(asked.host) };
    const broker = `${wanted.host}:${wanted.port}`;
    const socket = connect(wanted);
    const connection = new BrokerConnection({
      socket,
      openedBy: isSecure(wanted) ? 'secureConnect' : 'connect',
      maxUnansweredMs: options.maxUnansweredMs,
      onOpened() {
        tell({ kind: 'opened', broker });
        wanted.onConnect();
      },
      onEnded: (reason) => tell(reason === undefined ? { kind: 'closed', broker } : { kind: 'lost', broker, reason }),
      check: (request, answer) => checkAnswer(request, answer, damages),
    });
    endWhenClosed(connection, socket);
    // Of a socket, kafkajs uses the events `data`, `end` and `error`, and `write`, `end` and `unref`.
    return connection as unknown as Socket;
  };
}

/** Ends connections once their client is closed. */
function makeEnding(closed: AbortSignal | undefined): (connection: BrokerConnection, socket: Socket) => void {
  const open = new Set<BrokerConnection>();
  const end = (connection: BrokerConnection): void => connection.lose(new Error('the client is closed'));
  closed?.addEventListener('abort', () => open.forEach(end));
  return (connection, socket) => {
    open.add(connection);
    socket.once('close', () => open.delete(connection));
    // Once whoever asked listens.
    if (closed?.aborted === true) process.nextTick(() => end(connection));
  };
}

/** `true`, or options; kafkajs passes on what its configuration has. */
function isSecure({ ssl }: { readonly ssl?: ISocketFactoryArgs['ssl'] | boolean | null }): boolean {
  return ssl !== undefined && ssl !== null && ssl !== false;
}

/** Begins to connect. A host that is no address is named to the other side (SNI), and is what its certificate must be for. */
function connect(wanted: ISocketFactoryArgs): Socket {
  const { host, port, ssl } = wanted;
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = isSecure(wanted) ? connectSecure({ host, port, ...named, ...ssl }) : connectPlain({ host, port });
  return socket.setKeepAlive(true, KEEP_ALIVE_INTERVAL_MS);
}
