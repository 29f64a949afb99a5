import { connect } from 'node:net';
import type { EventLog } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger, type HttpLimits } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import { startIngest } from '../start';

/** How the log of these specs is laid out. */
export const SPEC_LAYOUT = { topics: Object.values(TOPICS), partitions: 3 };

/** A small notification of task `T-1`. */
export const NOTIFICATION = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';

export interface SpecListenerOptions {
  readonly keys?: string[];
  /** Default `accept`. */
  readonly expired?: 'accept' | 'refuse';
  readonly limits?: Partial<HttpLimits>;
  /** What the program appends to and follows. */
  readonly log: EventLog;
}

/** Ingest on a port of the system's choice, and a client of it. */
export async function startListener({ keys, expired = 'accept', limits, log }: SpecListenerOptions) {
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const ingest = await startIngest({
    config: {
      ...{ CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0 },
      ...{ MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_KEY: keys, MPS_NOTIFY_EXPIRED: expired },
    },
    identity: await log.identity(),
    ...{ log, logger: silentLogger(), metrics, health, limits },
  });
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(ingest.callbackUrl, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body as string)),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { ingest, url: ingest.callbackUrl, post, metrics, health };
}

/** A connection on which a spec says exactly what it likes. */
export function socketTo(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  return {
    socket,
    send: (data: string | Buffer) => socket.write(data),
    answer: () => text,
    closed: () => closed,
  };
}

/** The head of a request with a body of this length. */
export function headOf(length: number, more = ''): string {
  return `POST /notify/mps HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${length}\r\n\r\n`;
}
