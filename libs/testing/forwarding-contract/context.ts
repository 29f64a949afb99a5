import { isGenesis, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { RecordingHandler } from './recording-handler';

/** A callback source at `/notify/{id}`. */
export interface ForwardedSource {
  readonly id: string;
  /** Default: nothing is forwarded. */
  readonly forwardTo?: string | undefined;
}

/** An instance of ingest. */
export interface ForwardingIngest {
  /** Of any of its sources. */
  readonly callbackUrl: string;
  /** What the check of a source's forwarding says. */
  problem(source: string): Promise<string | null>;
  isReady(): Promise<boolean>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** What is tested: forwarding, over a log. */
export interface ForwardingUnderTest {
  /** An empty log, which may be opened several times. */
  openLog(): Promise<{ open(): EventLog; close(): Promise<void> }>;
  /** Starts ingest that waits for an answer for 10 s, and 200 ms at most between two attempts. */
  start(log: EventLog, sources: readonly ForwardedSource[]): Promise<ForwardingIngest>;
}

/** An instance of ingest, with a log of its own. */
export interface Instance extends ForwardingIngest {
  readonly log: EventLog;
  post(source: string, body: string, headers?: Record<string, string>): Promise<Response>;
  /** Posts these, each of which has to be acknowledged. */
  accept(source: string, ...bodies: readonly string[]): Promise<void>;
  /** How many notifications of source `a` its handler accepted, or what else became of them. */
  count(result?: string): Promise<number>;
}

/** An empty log and a handler for each test. */
export interface ForwardingContext {
  handler(): RecordingHandler;
  /** Starts ingest; closed after the test. */
  start(...sources: readonly ForwardedSource[]): Promise<Instance>;
  close(instance: Instance): Promise<void>;
}

/** To be called in a `describe`. */
export function forwardingContext(tested: ForwardingUnderTest): ForwardingContext {
  let store: Awaited<ReturnType<ForwardingUnderTest['openLog']>>;
  let handler: RecordingHandler;
  const running: Instance[] = [];
  beforeEach(async () => {
    store = await tested.openLog();
    handler = await new RecordingHandler().start();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((instance) => instance.close()));
    await handler.stop();
    await store.close();
  });
  return {
    handler: () => handler,
    async start(...sources) {
      const log = store.open();
      const instance = instanceOf(log, await tested.start(log, sources));
      running.push(instance);
      return instance;
    },
    async close(instance) {
      running.splice(running.indexOf(instance), 1);
      await instance.close();
      await instance.log.close();
    },
  };
}

function instanceOf(log: EventLog, ingest: ForwardingIngest): Instance {
  const post: Instance['post'] = (source, body, headers = {}) =>
    fetch(new URL(`/notify/${source}`, ingest.callbackUrl), { method: 'POST', body, headers });
  return {
    ...{ ...ingest, log, post },
    async accept(source, ...bodies) {
      for (const body of bodies) expect((await post(source, body)).status).toBe(200);
    },
    async count(result = 'accepted') {
      const [, count] =
        new RegExp(`forwarded_total\\{source="a",result="${result}"\\} (\\d+)`).exec(await ingest.metrics()) ?? [];
      return Number(count ?? 0);
    },
  };
}

/** A small notification of a task. */
export function numbered(number: number, task = 'T-1'): string {
  return `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"${task}","Status":"PROCESSING"},"Number":${number}}`;
}

/** Some of one task, so that all are in one partition, in order. */
export function series(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => numbered(from + index));
}

/** Waits as long as it takes; only failures take that long. */
export function waitFor(condition: () => unknown): Promise<unknown> {
  return eventually(condition, { timeoutMs: 60_000 });
}

/** The raw records, without genesis. */
export async function rawRecords(log: EventLog): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (const [partition, to] of (await log.endPositions(TOPICS.raw)).entries())
    for await (const records of log.read({ topic: TOPICS.raw, partition, from: 0, to })) found.push(...records);
  return found.filter((record) => !isGenesis(record));
}
