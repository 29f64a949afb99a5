import { Pool } from 'pg';
import { makeConsume, makeCoordination } from '@mps-ledger/consuming';
import type { Consume, ConsumeOptions, Coordination } from '@mps-ledger/consuming';
import type { Logger, LogRecord, ReadOptions } from '@mps-ledger/event-log';
import { makeMetrics } from '@mps-ledger/platform';
import type { Metrics } from '@mps-ledger/platform';
import {
  adoptLog,
  historyText,
  migrate,
  openSnapshot,
  projectionSchema,
  readModelIn,
  scanHistory,
} from '@mps-ledger/read-model';
import type { CheckpointState } from '@mps-ledger/read-model';
import { EXPIRING, eventsProjection, FOLLOWED, makeCheckpointStore, type ToRows } from '@mps-ledger/task-projection';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import type { ProjectRowsOptions } from '../project-rows';
import { makeProjections } from '../projections';
import { makeProjectorMetrics } from '../projector-metrics';
import { LOG } from './partition-log';
import type { PartitionLog } from './partition-log';

/** A database with the projection's schema, belonging to the spec's log. */
export const PROJECTION_TEMPLATE = {
  name: 'projection',
  async prepare(url: string): Promise<void> {
    await migrate(url, projectionSchema);
    const pool = new Pool({ connectionString: url });
    await adoptLog(readModelIn(projectionSchema, pool), LOG, FOLD_VERSION, FOLLOWED);
    await pool.end();
  },
};

/** One projector as a spec drives it: batches by hand, no log. */
export interface HandProjector {
  readonly consume: Consume;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  /** Messages logged at level error or warn. */
  readonly warnings: string[];
  /** Takes a partition over: where it begins. */
  takeOver(log: PartitionLog): Promise<number>;
  /** Delivers everything from where the checkpoint is to the end, as a driver would: again and again after failures. */
  catchUp(log: PartitionLog, cut?: (from: number, end: number) => number): Promise<void>;
}

export interface HandProjectorOptions {
  readonly pool: Pool;
  readonly options?: Partial<ConsumeOptions<CheckpointState>>;
  readonly freshness?: ProjectRowsOptions['freshness'];
  /** Default: as the projector does. */
  readonly eventsToRows?: ToRows;
}

const NO_FRESHNESS: ProjectRowsOptions['freshness'] = {
  completeAsOf: () => null,
  eventEnd: () => null,
  committed: () => undefined,
};

export function handProjector(given: HandProjectorOptions): HandProjector {
  const { pool, options, freshness = NO_FRESHNESS, eventsToRows = eventsProjection(LOG.partitions) } = given;
  const warnings: string[] = [];
  const complain = (_: object, message: string): void => void warnings.push(message);
  const logger: Logger = { debug: quiet, info: quiet, warn: complain, error: complain };
  const metrics = makeMetrics({ processMetrics: false });
  const ends = Array.from({ length: LOG.partitions }, () => 1);
  let followed: PartitionLog | undefined;
  const log = {
    endPositions: async () => ends,
    read: ({ from, to }: ReadOptions) => recordByRecord(followed?.batch(from, to).records ?? []),
  };
  const store = makeCheckpointStore(readModelIn(projectionSchema, pool));
  const coordination = makeCoordination({ store, log, logger, expiring: EXPIRING });
  const projectorMetrics = makeProjectorMetrics(metrics);
  const effects = { schema: projectionSchema, freshness, metrics: projectorMetrics, onCommit: quiet };
  const consume = makeConsume({
    ...{ pool, log: LOG, store, coordination },
    projections: makeProjections(eventsToRows, effects),
    extendBatch: (batch, work) => work(batch),
    ...{ metrics: projectorMetrics, logger },
    ...options,
  });
  const takeOver = (log: PartitionLog): Promise<number> => {
    followed = log;
    ends[log.partition] = log.end;
    return coordination.startAt(log.topic, log.partition);
  };
  return { consume, coordination, metrics, warnings, takeOver, catchUp: catchUpWith(takeOver, consume) };
}

function catchUpWith(takeOver: HandProjector['takeOver'], consume: Consume): HandProjector['catchUp'] {
  return async (log, cut = (_, end) => end) => {
    let position = await takeOver(log);
    for (let failures = 0; position < log.end;) {
      try {
        position = await consume(log.batch(position, cut(position, log.end)));
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures > 20) throw error;
        position = await takeOver(log);
      }
    }
  };
}

const quiet = (): void => undefined;

const TABLES = [
  'checkpoint',
  'task',
  'task_error_code',
  'task_updated',
  'task_state',
  'subtask',
  'live_item',
  'history',
  'notification',
  'parked',
  'transition',
  ...['failure', 'error_group', 'error_count', 'usage'],
] as const;

/** Every row of the projection but the times that say when something was looked at: equal rows, equal texts. */
export async function allRows(pool: Pool, but: readonly string[] = []): Promise<Record<string, readonly string[]>> {
  const rows: Record<string, readonly string[]> = {};
  for (const table of TABLES) {
    if (but.includes(table)) continue;
    const sql = `SELECT (to_jsonb(t) - '{complete_as_of,event_end,event_end_as_of}'::text[])::text AS row FROM ${projectionSchema}.${table} t ORDER BY 1`;
    rows[table] = (await pool.query<{ row: string }>(sql)).rows.map(({ row }) => row);
  }
  return rows;
}

/** Empties the projection and puts its checkpoints at zero. */
export async function emptyProjection(pool: Pool): Promise<void> {
  const emptied = TABLES.filter((table) => table !== 'checkpoint').map((table) => `${projectionSchema}.${table}`);
  await pool.query(`TRUNCATE ${emptied.join(', ')}`);
  await pool.query(`UPDATE ${projectionSchema}.checkpoint SET position = 0, last_offset = NULL, last_event_id = NULL,
    last_digest = NULL, raw_next = 1, raw_top = 1, underived_to = NULL, seen_end = 0, complete_as_of = NULL,
    event_end = NULL, event_end_as_of = NULL`);
}

async function* recordByRecord(records: readonly LogRecord[]): AsyncGenerator<readonly LogRecord[]> {
  for (const record of records) yield [record];
}

/** What history gives back of one partition's records, in their order. */
export async function historyTexts(pool: Pool, partition: number): Promise<readonly string[]> {
  const snapshot = await openSnapshot(readModelIn(projectionSchema, pool));
  const texts: string[] = [];
  try {
    for await (const row of scanHistory(snapshot.model, partition)) texts.push(historyText(row));
  } finally {
    await snapshot.close();
  }
  return texts;
}
