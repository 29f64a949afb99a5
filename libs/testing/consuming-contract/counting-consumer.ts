import 'reflect-metadata';

import type { Pool } from 'pg';
import { LogSource, makeConsume, makeCoordination, makeExtendBatch } from '@mps-ledger/consuming';
import type { ConsumeOptions, Coordination, ExtendBatchOptions, Project } from '@mps-ledger/consuming';
import type { Batch, EventLog, LogIdentity, Logger } from '@mps-ledger/event-log';
import type { CountingProjection } from './counts';

export interface CountingOptions {
  readonly log: EventLog;
  readonly pool: Pool;
  readonly counts: CountingProjection;
  readonly topic: string;
  readonly group: string;
  /** Default 500. */
  readonly batchRecords?: number;
  /** Where a partition begins, if not where the coordination says. */
  readonly startAt?: (partition: number, usual: () => Promise<number>) => Promise<number>;
  /** Default: the log's own. */
  readonly identity?: LogIdentity;
  readonly extend?: Partial<ExtendBatchOptions>;
  /** Runs in the middle of each batch, in its transaction, before anything is written. */
  readonly inBatch?: (partition: number) => Promise<void>;
  readonly transaction?: ConsumeOptions['transaction'];
}

/** What was committed at once: records in [from, to). */
export interface RecordedCommit {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** A running consumer of the second projection, and everything that was observed of it. */
export interface CountingConsumer {
  readonly coordination: Coordination;
  readonly batches: readonly Batch[];
  /** The position that the loop answered for a batch; none while it is in flight, and where it failed. */
  readonly answers: ReadonlyMap<Batch, number>;
  readonly commits: readonly RecordedCommit[];
  /** How often a batch began after the checkpoint. */
  ahead(): number;
  /** How often a record was parked. */
  parked(): number;
  /** How often a batch, or the beginning of a partition, failed. */
  failures(): number;
  /** Messages of level warn and error. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** Starts to count, wired as a program wires it. */
export async function startCounting(options: CountingOptions): Promise<CountingConsumer> {
  const { log, pool, counts, topic, group, batchRecords = 500, startAt = (_, usual) => usual() } = options;
  const seen = { ahead: 0, parked: 0, failures: 0 };
  const warnings: string[] = [];
  const batches: Batch[] = [];
  const answers = new Map<Batch, number>();
  const commits: RecordedCommit[] = [];
  const logger = loggerInto(warnings);
  const { store } = counts;
  const coordination = makeCoordination({ store, log, logger });
  const consume = makeConsume({
    ...{ pool, store, coordination, logger },
    log: options.identity ?? (await log.identity()),
    projections: new Map([[topic, observed(counts.project, commits, options.inBatch)]]),
    extendBatch: makeExtendBatch({ log, logger, ...options.extend }),
    metrics: { ahead: () => (seen.ahead += 1), parked: () => (seen.parked += 1) },
    ...(options.transaction !== undefined && { transaction: options.transaction }),
  });
  const source = new LogSource({
    ...{ log, groups: new Map([[topic, group]]), batchRecords },
    coordination: watched(coordination, startAt, () => (seen.failures += 1)),
  });
  source.addHandler(topic, async (batch: Batch) => {
    batches.push(batch);
    const position = await consume(batch);
    answers.set(batch, position);
    return position;
  });
  source.listen(() => undefined);
  return {
    ...{ coordination, batches, answers, commits, warnings },
    ahead: () => seen.ahead,
    parked: () => seen.parked,
    failures: () => seen.failures,
    close: () => source.close(),
  };
}

function watched(
  coordination: Coordination,
  startAt: NonNullable<CountingOptions['startAt']>,
  onFailure: () => void,
): Coordination {
  return {
    ...coordination,
    startAt: (topic, partition) => startAt(partition, () => coordination.startAt(topic, partition)),
    onFailure(...failure) {
      onFailure();
      coordination.onFailure(...failure);
    },
  };
}

function loggerInto(warnings: string[]): Logger {
  const quiet = (): void => undefined;
  const keep = (_: object, message: string): void => void warnings.push(message);
  return { debug: quiet, info: quiet, warn: keep, error: keep };
}

/** The projection, keeping what is committed. */
function observed(project: Project, commits: RecordedCommit[], inBatch: CountingOptions['inBatch']): Project {
  return async (client, at, records, context) => {
    const projected = await project(client, at, records, context);
    await inBatch?.(at.partition);
    return {
      heldFrom: projected.heldFrom,
      async write(checkpoint) {
        const written = await projected.write(checkpoint);
        const commit = { partition: at.partition, from: context.checkpoint.position, to: checkpoint.position };
        return { ...written, onCommit: () => void commits.push(commit) };
      },
    };
  };
}
