import { fetchRecords, readEnds, type RecordsOf } from './records';
import { guardCallbacks } from '../follow/guarded-callbacks';
import type { Logger } from '../port/logger';
import { followPartition, type PartitionSource } from '../follow/partition-loop';
import type { Follower, FollowOptions } from '../port/port';
import type { LeaseHolder } from './leases';
import { Coordinator } from './coordinator';
import { Ends } from './ends';
import { makePartitionSource } from './partition-source';
import { readProgress } from './progress';
import type { Wakeup } from './wakeup';

export interface FollowerOptions {
  readonly follow: FollowOptions;
  readonly holder: LeaseHolder;
  readonly records: RecordsOf;
  readonly wakeup: Wakeup;
  readonly beatMs: number;
  readonly pollMs: number;
  /** Awaited before any lease is taken; called again until it succeeds. */
  readonly ready: () => Promise<void>;
  readonly logger: Logger;
}

const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Starts following; see the port. */
export function startFollower(options: FollowerOptions): Follower {
  const { holder, follow, logger, wakeup } = options;
  const { group, topic } = holder;
  const guarded = guardCallbacks(follow, logger);
  const ends = new Ends({
    topic,
    pollMs: options.pollMs,
    read: () => readEnds(options.records, topic),
    onFailure: (error) => logger.debug({ err: error, topic }, 'the ends of partitions could not be read'),
  });
  const coordinator = new Coordinator({
    holder,
    beatMs: options.beatMs,
    ready: options.ready,
    follow: (ownership) => followPartition(ownership, sourceOf(options, ends, ownership.partition), guarded),
    onOwnership: (partition, owned) => guarded.onOwnership?.(partition, owned),
    onOutage: (error) => guarded.onOutage?.(error),
    onMembershipChanged: () => wakeup.membershipChanged(group),
    logger,
  });
  const stopListening = wakeup.listen((hint) => {
    ends.hint(hint);
    if (hint === 'anything' || hint.groups.includes(group)) coordinator.hint();
  });
  const running = coordinator.run();
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await coordinator.stop(running);
    stopListening();
    ends.close();
  };
  return { owned: () => coordinator.owned(), stop: () => (stopped ??= stop()) };
}

function sourceOf(options: FollowerOptions, ends: Ends, partition: number): PartitionSource {
  const { holder, follow, records } = options;
  const { connections, prefix, group, topic } = holder;
  const limits = {
    maxRecords: follow.maxRecords ?? DEFAULT_MAX_RECORDS,
    maxBytes: follow.maxBytes ?? DEFAULT_MAX_BYTES,
  };
  return makePartitionSource({
    topic,
    partition,
    ends,
    fetch: (position) => fetchRecords(records, topic, partition, position, limits),
    readEnd: async () => (await readEnds(records, topic))[partition] ?? 0,
    readProgress: async () => (await readProgress(connections, prefix, group, topic))[partition] ?? null,
  });
}
