/**
 * Coordination: which partitions this process works on, where each begins, and which are blocked.
 */
import type { EventLog, Logger } from '@mps-ledger/event-log';
import { checkLength } from './checkpoint';
import type { Slice } from './checkpoint';
import { failureMessage } from './failures';
import type { CheckpointStore, TopicPartition } from './projection';
import { skipExpired } from './skip-expired';

/** One partition that this process works on. */
export interface PartitionWork extends TopicPartition {
  /** Whether the last applied record was read again, and found unchanged, since the partition was taken over or failed. */
  verified: boolean;
  /** Records below this position were delivered since then, applied or held; 0 for none. */
  deliveredTo: number;
  /** Records delivered and not applied yet, see `Projected.heldFrom`; null: none. */
  held: Slice | null;
  /** How often in a row the database rejected its rows. */
  rejections: number;
  /** Why it is blocked, in words; null while it is not. */
  problem: string | null;
  /** The stable code of that failure, where it has one. */
  problemCode: string | null;
}

export interface CoordinationOptions {
  readonly store: Pick<CheckpointStore, 'read' | 'skip'>;
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly logger: Logger;
  /** Topics whose records expire, also before they are applied. Default: none. */
  readonly expiring?: ReadonlySet<string>;
}

export interface Coordination {
  /** Where to begin, on becoming owner and after each failure. Rejects with LogReplaced, errors of the database or of the log. */
  startAt(topic: string, partition: number): Promise<number>;
  onOwnership(topic: string, partition: number, owned: boolean): void;
  onFailure(
    topic: string,
    failure: { readonly partition: number; readonly error: unknown; readonly attempt: number },
  ): void;
  /** The work of a partition; created on first use. */
  work(topic: string, partition: number): PartitionWork;
  /** Partitions of a topic that this process owns, ascending. */
  owned(topic: string): readonly number[];
  /** The blocked partitions. */
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
      logger.debug({ topic, partition, owned: isOwned }, isOwned ? 'partition taken over' : 'partition given up');
    },
    onFailure(topic, { partition, error, attempt }) {
      const code = codeOf(error);
      Object.assign(work(topic, partition), { problem: failureMessage(error), problemCode: code });
      const fields = { topic, partition, attempt, code, err: error };
      // A database that is down for a night must not fill the disk with log lines.
      if (isPowerOfTwo(attempt)) logger.warn(fields, 'partition blocked; retrying indefinitely');
    },
    owned: (topic) => [...(owned.get(topic) ?? [])].sort((a, b) => a - b),
    problems: () => [...works.values()].filter(({ problem }) => problem !== null),
  };
}

async function startAt(work: PartitionWork, options: CoordinationOptions): Promise<number> {
  const { topic, partition } = work;
  const { position, last } = await options.store.read(work);
  const end = checkLength(work, position, (await options.log.endPositions(topic))[partition]);
  // The last applied record may have expired too: it cannot be read again.
  const expires = options.expiring?.has(topic) ?? false;
  const rereadsLast = last !== null && !expires;
  work.verified = !rereadsLast;
  work.deliveredTo = 0;
  work.held = null;
  const following = expires ? await skipExpired({ topic, partition, position, end }, options) : position;
  const start = rereadsLast ? last.offset : following;
  if (start === end) markRecovered(work);
  return start;
}

/** Clears the problem of a partition: a batch was applied, or there is none to apply. */
export function markRecovered(work: PartitionWork): void {
  work.problem = null;
  work.problemCode = null;
}

function newWork(topic: string, partition: number): PartitionWork {
  return {
    topic,
    partition,
    verified: false,
    deliveredTo: 0,
    held: null,
    rejections: 0,
    problem: null,
    problemCode: null,
  };
}

function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

function isPowerOfTwo(attempt: number): boolean {
  return (attempt & (attempt - 1)) === 0;
}
