/**
 * Coordination: which partitions this process works on, where each begins, and what is wrong with it.
 */
import type { Pool } from 'pg';
import type { EventLog, Logger } from '@mps-ledger/event-log';
import { readCheckpoint } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { checkLength } from './checkpoint';
import type { Slice } from './checkpoint';
import { passExpired } from './expired';
import { describeFailure } from './faults';

/** One partition that this process works on. */
export interface PartitionWork {
  readonly topic: string;
  readonly partition: number;
  /** The last record applied was seen again, and found the same, since the partition was taken over or failed. */
  verified: boolean;
  /** Records below this position were handed over since then, applied or held; 0 for none. */
  seenTo: number;
  /** What was handed over and is not applied, as the rest of its notification is still to come; null: nothing. */
  held: Slice | null;
  /** How often in a row the database refused its rows. */
  refusals: number;
  /** What stops it, in words; null while it goes on. */
  problem: string | null;
  /** The stable code of that, where it has one. */
  problemCode: string | null;
}

export interface CoordinationOptions {
  readonly pool: Pool;
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly logger: Logger;
}

export interface Coordination {
  /** Where to begin, on becoming owner and after each failure. Throws LogReplaced, the database's errors, the log's. */
  startAt(topic: string, partition: number): Promise<number>;
  onOwnership(topic: string, partition: number, owned: boolean): void;
  onFailure(
    topic: string,
    failure: { readonly partition: number; readonly error: unknown; readonly attempt: number },
  ): void;
  /** A partition's work; made if it is not known yet. */
  work(topic: string, partition: number): PartitionWork;
  /** Partitions of a topic that this process owns, ascending. */
  owned(topic: string): readonly number[];
  /** What stands still, and why. */
  problems(): readonly PartitionWork[];
}

export function makeCoordination(options: CoordinationOptions): Coordination {
  const { logger } = options;
  const works = new Map<string, PartitionWork>();
  const owned = new Map<string, Set<number>>();
  const work = (topic: string, partition: number): PartitionWork => {
    const known = works.get(`${topic}/${partition}`) ?? newWork(topic, partition);
    works.set(`${topic}/${partition}`, known);
    return known;
  };
  return {
    work,
    startAt: (topic, partition) => startAt(work(topic, partition), options),
    onOwnership(topic, partition, isOwned) {
      const partitions = owned.get(topic) ?? new Set();
      owned.set(topic, partitions);
      if (isOwned) partitions.add(partition);
      else partitions.delete(partition);
      if (!isOwned) works.delete(`${topic}/${partition}`);
      logger.debug({ topic, partition, owned: isOwned }, isOwned ? 'took a partition over' : 'gave a partition up');
    },
    onFailure(topic, { partition, error, attempt }) {
      const code = codeOf(error);
      Object.assign(work(topic, partition), { problem: describeFailure(error), problemCode: code });
      const fields = { topic, partition, attempt, code, err: error };
      // A database that is away for a night must not fill the disk with what it says.
      if (isPowerOfTwo(attempt)) logger.warn(fields, 'a partition stands still; it is tried again without end');
    },
    owned: (topic) => [...(owned.get(topic) ?? [])].sort((a, b) => a - b),
    problems: () => [...works.values()].filter(({ problem }) => problem !== null),
  };
}

async function startAt(begun: PartitionWork, options: CoordinationOptions): Promise<number> {
  const { topic, partition } = begun;
  const { position, last } = await readCheckpoint(options.pool, topic, partition);
  const end = checkLength(begun, position, (await options.log.endPositions(topic))[partition]);
  // Rejected records expire, the last one applied among them: there is nothing to begin again with.
  const expires = topic === TOPICS.rejected;
  const beginsAgain = last !== null && !expires;
  begun.verified = !beginsAgain;
  begun.seenTo = 0;
  begun.held = null;
  const following = expires ? await passExpired({ topic, partition, position, end }, options) : position;
  const start = beginsAgain ? last.offset : following;
  if (start === end) mended(begun);
  return start;
}

/** Nothing is wrong with it any more: a batch was done, or there is none to do. */
export function mended(work: PartitionWork): void {
  work.problem = null;
  work.problemCode = null;
}

function newWork(topic: string, partition: number): PartitionWork {
  return { topic, partition, verified: false, seenTo: 0, held: null, refusals: 0, problem: null, problemCode: null };
}

function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

function isPowerOfTwo(attempt: number): boolean {
  return (attempt & (attempt - 1)) === 0;
}
