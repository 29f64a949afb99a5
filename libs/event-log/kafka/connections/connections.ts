import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';

import type { ISocketFactory, ISocketFactoryArgs } from 'kafkajs';

import { makeLogRateLimiter } from '@mps-ledger/async';
import type { Logger } from '../../port/logger';
import { BrokerConnection } from './broker-connection';
import { checkAnswer } from './check-answer';
import type { Damages } from './damages';
import { DamagedAnswer } from './frames';
import { hostOfSeed } from './seed-hosts';

/** An event of a connection to a broker (`host:port`). A connection that was never opened has no events. */
export type ConnectionEvent =
  | { readonly kind: 'opened'; readonly broker: string }
  /** Closed by the client. */
  | { readonly kind: 'closed'; readonly broker: string }
  /** Closed by the broker or the network, or by the client as answers were damaged or missing. */
  | { readonly kind: 'lost'; readonly broker: string; readonly reason: Error };

export interface ConnectionsOptions {
  /** Called before anything is sent over a new connection, and before a lost one is reported to kafkajs. Must not throw. */
  readonly onConnection?: (event: ConnectionEvent) => void;
  /** How long a request may be unanswered before its connection is closed, in ms. */
  readonly maxUnansweredMs: number;
  /** Damaged answers are recorded there. */
  readonly damages: Damages;
  readonly logger: Logger;
  /** Once aborted, every connection is closed and none is opened any more, whatever kafkajs still requests. */
  readonly closed?: AbortSignal;
}

/** Between TCP keep-alives on an idle connection. */
const KEEP_ALIVE_INTERVAL_MS = 60_000;
const WARN_INTERVAL_MS = 60_000;

/** Creates the connections of a client, in place of kafkajs’s own sockets. */
export function makeConnections(options: ConnectionsOptions): ISocketFactory {
  const { damages, logger, onConnection } = options;
  const endWhenClosed = makeEnding(options.closed);
  const warnings = makeLogRateLimiter(WARN_INTERVAL_MS);
  const report = (event: ConnectionEvent): void => {
    onConnection?.(event);
    if (event.kind === 'lost' && event.reason instanceof DamagedAnswer) {
      const { broker, reason } = event;
      const suppressed = warnings.pass(broker);
      if (suppressed !== null) {
        const fields = { broker, reason: reason.message, times: suppressed + 1 };
        logger.warn(fields, 'an answer arrived damaged: retrying over another connection');
      }
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
        report({ kind: 'opened', broker });
        wanted.onConnect();
      },
      onEnded: (reason) => report(reason === undefined ? { kind: 'closed', broker } : { kind: 'lost', broker, reason }),
      check: (request, answer) => checkAnswer(request, answer, damages),
    });
    endWhenClosed(connection, socket);
    // Of a socket, kafkajs uses the events `data`, `end` and `error`, and `write`, `end` and `unref`.
    return connection as unknown as Socket;
  };
}

/** Closes connections once their client is closed. */
function makeEnding(closed: AbortSignal | undefined): (connection: BrokerConnection, socket: Socket) => void {
  const open = new Set<BrokerConnection>();
  const end = (connection: BrokerConnection): void => connection.lose(new Error('the client is closed'));
  closed?.addEventListener('abort', () => open.forEach(end));
  return (connection, socket) => {
    open.add(connection);
    socket.once('close', () => open.delete(connection));
    // After the caller has added its listeners.
    if (closed?.aborted === true) process.nextTick(() => end(connection));
  };
}

/** `true`, or options, as in the configuration of kafkajs. */
function isSecure({ ssl }: { readonly ssl?: ISocketFactoryArgs['ssl'] | boolean | null }): boolean {
  return ssl !== undefined && ssl !== null && ssl !== false;
}

/** Starts connecting. A host name is sent as SNI, and must match the certificate. */
function connect(wanted: ISocketFactoryArgs): Socket {
  const { host, port, ssl } = wanted;
  const named = isIP(host) === 0 ? { servername: host } : {};
  const socket = isSecure(wanted) ? connectSecure({ host, port, ...named, ...ssl }) : connectPlain({ host, port });
  return socket.setKeepAlive(true, KEEP_ALIVE_INTERVAL_MS);
}
