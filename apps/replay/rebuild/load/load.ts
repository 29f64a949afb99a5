import type { Pool } from 'pg';
import { makeConsume, makeCoordination, type TopicPartition } from '@mps-ledger/consuming';
import type { EventLog, LogIdentity, Logger } from '@mps-ledger/event-log';
import { readCheckpoint, type ReadModel } from '@mps-ledger/read-model';
import { EXPIRING, FOLLOWED, makeCheckpointStore } from '@mps-ledger/task-projection';
import { makeBulkProjections } from './bulk-projections';
import { loadPartition, type Loader } from './load-partition';
import { makePace } from './pace';
import type { SliceSize } from './read-slices';
import { TaskCache } from './task-cache';

export interface LoadOptions {
  /** Schema and pool of the build. The pool has as many connections as there are partitions at once. */
  readonly model: ReadModel<Pool>;
  readonly log: Pick<EventLog, 'read' | 'endPositions'>;
  /** The log that the build belongs to. */
  readonly identity: LogIdentity;
  /** Up to where each partition is loaded. */
  readonly ends: LogEnds;
  /** Which partitions. Default: all. */
  readonly partitions?: readonly number[];
  /** Partitions that are loaded at once. */
  readonly concurrency: number;
  /** Records per second at most; null: no limit. */
  readonly recordsPerSecond: number | null;
  readonly logger: Logger;
  readonly onProgress: Loader['onProgress'];
  readonly signal: AbortSignal;
  /** Default: 2,000 records, 2 MiB. */
  readonly limits?: SliceSize;
  /** Memory for tasks that are not finished with, about. Default 16 MiB. */
  readonly cacheBytes?: number;
}

/** Ends by topic, then by partition. */
export type LogEnds = ReadonlyMap<string, readonly number[]>;

const LIMITS: SliceSize = { records: 2_000, bytes: 2 * 1024 * 1024 };
const CACHE_BYTES = 16 * 1024 * 1024;
/** A batch is large, and other partitions take their turns in between. What a crash of the database undoes, checkpoint and all, is loaded again. */
const TRANSACTION = { statementTimeoutMs: 600_000, idleTimeoutMs: 120_000, lockTimeoutMs: 30_000, durable: false };

/** The ends of the topics that a build is made of. */
export async function readEnds(log: Pick<EventLog, 'endPositions'>): Promise<LogEnds> {
  return new Map(await Promise.all(FOLLOWED.map(async (topic) => [topic, await log.endPositions(topic)] as const)));
}

/**
 * Fills the tables of a build from the log, up to the ends given, from its checkpoints on: after a kill at any point it goes on where it was. The
 * rows are those that the projector would have written. Resolves when all of it is applied, or the signal was aborted.
 */
export async function load(options: LoadOptions): Promise<void> {
  const { ends, partitions, concurrency, signal } = options;
  const failed = new AbortController();
  const loader = makeLoader({ ...options, signal: AbortSignal.any([signal, failed.signal]) });
  const waiting = [...ends].flatMap(([topic, those]) =>
    those
      .map((end, partition): [TopicPartition, number] => [{ topic, partition }, end])
      .filter(([{ partition }]) => partitions?.includes(partition) ?? true),
  );
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !loader.signal.aborted; next = waiting.shift())
      await loadPartition(...next, loader);
  };
  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const ended = await Promise.allSettled(workers);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

function makeLoader(options: LoadOptions): Loader {
  const { model, log, identity, logger, onProgress, signal, limits = LIMITS, cacheBytes = CACHE_BYTES } = options;
  const store = makeCheckpointStore(model);
  const coordination = makeCoordination({ store, log, logger, expiring: EXPIRING });
  const cache = new TaskCache(cacheBytes);
  const consume = makeConsume({
    ...{ pool: model.db, log: identity, coordination, logger, transaction: TRANSACTION },
    store: { ...store, appendOnlyKeys: COPIED_KEYS },
    projections: makeBulkProjections(model.schema, identity.partitions, cache),
    extendBatch: (batch, work) => work(batch),
    metrics: { parked: () => undefined, ahead: () => undefined },
    rejectionsBeforeBisecting: 1,
  });
  const position = async ({ topic, partition }: TopicPartition): Promise<number> =>
    (await readCheckpoint(model, topic, partition)).position;
  return {
    log,
    coordination,
    consume,
    cache,
    position,
    pace: makePace(options.recordsPerSecond),
    limits,
    onProgress,
    signal,
  };
}

/** Rows that are copied are new: one that is there means that the rows are not those of the checkpoint. */
const COPIED_KEYS: ReadonlySet<string> = new Set(
  [
    ...['history', 'notification', 'parked', 'transition', 'task', 'task_updated', 'task_state', 'subtask'],
    ...['task_error_code', 'failure'],
  ].map((table) => `${table}_pkey`),
);
