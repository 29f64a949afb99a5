import type { Pool } from 'pg';
import { eventsOfRecord } from '@mps-ledger/records';
import { isGenesis, partitionOf } from '@mps-ledger/event-log';
import type { EventLog, NewRecord } from '@mps-ledger/event-log';
import { interpret } from '@mps-ledger/mps';
import { makeHealth, makeLogger, makeMetrics, silentLogger } from '@mps-ledger/platform';
import type { Health, Metrics } from '@mps-ledger/platform';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { partitionKey, toEventRecord, toRawRecord, TOPICS } from '@mps-ledger/records';
import { startProjector } from '../start';
import type { RunningProjector } from '../start';

export const LAYOUT = { topics: Object.values(TOPICS), partitions: 4 };

/** Appends, until it is known to be done; answers the offsets. */
export type Append = (topic: string, partition: number, records: readonly NewRecord[]) => Promise<readonly number[]>;

/** Receives and derives in the simplest way: a body becomes a raw record and its events. */
export async function receiveAndDerive(append: Append, body: object, taskId: string, n: number): Promise<void> {
  await (
    await receive(append, body, taskId, n)
  )();
}

/** Receives in the same way; the answer derives, whenever it is called, and as often. */
export async function receive(append: Append, body: object, taskId: string, n: number): Promise<() => Promise<void>> {
  const partition = partitionOf(partitionKey('default', taskId), LAYOUT.partitions);
  const bytes = Buffer.from(JSON.stringify(body));
  const id = `01932d5c-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const hearing = {
    account: 'default',
    transport: 'callback',
    trust: 'callback-signed',
    received: '2026-11-22T09:00:00.000Z',
  } as const;
  const said = { ...hearing, taskId, bytes };
  const raw = toRawRecord({ ...said, id, source: 'default', sha256: 'a'.repeat(64) });
  const [rawOffset = -1] = await append(TOPICS.raw, partition, [raw]);
  const events = interpret({ ...said, id, rawOffset }).map(toEventRecord);
  return async () => void (await append(TOPICS.events, partition, events));
}

/** Derives all that is on the raw log, from its beginning on. */
export async function deriveAll(log: EventLog, append: Append): Promise<void> {
  for (const [partition, to] of (await log.endPositions(TOPICS.raw)).entries())
    for await (const records of log.read({ topic: TOPICS.raw, partition, from: 0, to }))
      for (const raw of records.filter((record) => !isGenesis(record)))
        await append(
          TOPICS.events,
          partition,
          eventsOfRecord(raw).map(({ record }) => record),
        );
}

export interface SpecProjector extends RunningProjector {
  readonly health: Health;
  readonly metrics: Metrics;
}

/** The projector as the program starts it, without a listener. */
export async function specProjector(log: EventLog, pool: Pool): Promise<SpecProjector> {
  const health = makeHealth();
  const metrics = makeMetrics({ processMetrics: false });
  const projector = await startProjector({
    log,
    pool,
    logger: process.env['SPEC_LOG'] === undefined ? silentLogger() : makeLogger({ app: 'spec', level: 'debug' }),
    metrics,
    health,
    batchRecords: 20,
  });
  return { close: () => projector.close(), health, metrics };
}

/** Whether everything on the topic is applied. */
export async function isCaughtUp(log: EventLog, pool: Pool, topic: string = TOPICS.events): Promise<boolean> {
  const ends = await log.endPositions(topic);
  const { rows } = await pool.query<{ position: string }>(
    `SELECT position FROM ${schema}.checkpoint WHERE topic = $1 ORDER BY partition`,
    [topic],
  );
  return (
    rows.length === ends.length && rows.every(({ position }, partition) => Number(position) >= (ends[partition] ?? 0))
  );
}
