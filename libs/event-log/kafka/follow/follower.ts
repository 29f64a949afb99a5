import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { makeLogRateLimiter, backoff, coalesce, pause, unlessAborted } from '@mps-ledger/async';
import type { Kafka } from 'kafkajs';

import { LogUnavailable } from '../../port/errors';
import { guardCallbacks } from '../../follow/guarded-callbacks';
import type { Logger } from '../../port/logger';
import { followPartition } from '../../follow/partition-loop';
import type { Follower, FollowOptions } from '../../port/port';
import type { Ownership } from '../../follow/ownership';
import { describeDamage, type Damage, type Damages } from '../connections/damages';
import { makeGroupConsumer, type GroupConsumer } from './group-consumer';
import { toLogError } from '../faults';
import { Feed } from './feed';
import { leaveGroup } from './leave-group';
import { Membership } from './membership';
import { hasRecordsAt } from '../read';
import { makePartitionSource } from './partition-source';
import { readProgress, readRanges, type Range } from '../ranges';
import { partitionsOf, type Reader } from '../reader';
import { FetchWatchdog } from './fetch-watchdog';
import { retryCommits } from './shared-commits';

export interface FollowerOptions {
  readonly follow: FollowOptions;
  /** The topic's and the group's names, with their prefix. */
  readonly name: string;
  readonly group: string;
  readonly client: Kafka;
  readonly reader: Reader;
  /** Damaged answers over the client's connections. */
  readonly damages: Damages;
  readonly sessionTimeoutMs: number;
  /** How many partitions the log has, where known: further partitions of a topic are ignored. */
  readonly partitions: () => number | undefined;
  readonly logger: Logger;
}

/** About the records of a fetch: a second, smaller batch of the remainder costs as much as the first. */
const DEFAULT_MAX_RECORDS = 1_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const FETCH_WAIT_MS = 100;
const MAX_HOLD_MS = 200;
/** How often the watchdog checks waiting partitions. */
const WATCHDOG_INTERVAL_MS = 5_000;
const MAX_STOP_MS = 3_000;
/** A failure after so long a membership resets the count of failures. */
const STABLE_MEMBERSHIP_MS = 10_000;
/** Joining rebalances the group, so a member that fails repeatedly joins at growing intervals. */
const MAX_REJOIN_PAUSE_MS = 30_000;
const WARN_INTERVAL_MS = 60_000;

/** Starts following; see the port. */
export function startFollower(options: FollowerOptions): Follower {
  const follower = new KafkaFollower(options);
  const running = follower.run();
  let stopped: Promise<void> | undefined;
  return { owned: () => follower.owned(), stop: () => (stopped ??= follower.stop(running)) };
}

/** Follows until stopped, with one consumer after the other. */
class KafkaFollower {
  private readonly stopping = new AbortController();
  private readonly membership: Membership;
  private readonly ranges: () => Promise<Range[]>;
  private readonly progress: () => Promise<(number | null)[]>;
  private readonly guarded: FollowOptions;
  private readonly abandonCommits = new AbortController();
  private readonly warnings = makeLogRateLimiter(WARN_INTERVAL_MS);
  private readonly watchdog: FetchWatchdog;
  private consumer: GroupConsumer | undefined;
  /** When the current consumer first joined its group, by the clock of `performance.now()`. */
  private joinedAt: number | undefined;
  /** The last consumer that failed, and until when its group may wait for it, by the clock of `performance.now()`. */
  private previous: { readonly consumer: GroupConsumer; readonly until: number } | undefined;

  constructor(private readonly options: FollowerOptions) {
    const { follow, name, reader, logger, sessionTimeoutMs } = options;
    this.guarded = guardCallbacks(follow, logger);
    // Each partition adds a listener for its commits: their number is not bounded here.
    setMaxListeners(0, this.abandonCommits.signal);
    this.ranges = coalesce(() => readRanges(reader, name));
    this.progress = coalesce(() => readProgress(reader, options.group, name));
    this.membership = new Membership({
      certainForMs: sessionTimeoutMs - heartbeatOf(sessionTimeoutMs),
      makeFeed: (partition) => this.makeFeed(partition),
      commit: retryCommits(async (...to) => this.consumer?.commit(...to), this.abandonCommits.signal),
      follow: (ownership, feed) => followPartition(ownership, this.sourceOf(ownership, feed), this.guarded),
      onOwnership: (partition, owned) => this.guarded.onOwnership?.(partition, owned),
    });
    this.watchdog = new FetchWatchdog({
      ...{ topic: follow.topic, ranges: this.ranges, logger },
      feeds: () => this.membership.feeds(),
      hasRecords: (partition, position) => hasRecordsAt(reader, name, partition, position),
      onStuck: (error) => this.consumer?.fail(error),
    });
  }

  owned(): number[] {
    return this.membership.owned();
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    const watching = setInterval(() => void this.watchdog.checkAll(), WATCHDOG_INTERVAL_MS);
    const stopListening = this.options.damages.onDamage((damage) => this.damaged(damage));
    for (let failures = 0; !this.isStopping();) {
      this.joinedAt = undefined;
      try {
        await this.removePrevious();
        await this.consume();
      } catch (error) {
        this.membership.left();
        this.keepPrevious();
        if (this.isStopping()) break;
        failures = this.wasStable() ? 1 : failures + 1;
        this.report(error);
        await pause(this.pauseAfter(failures), signal);
      }
    }
    clearInterval(watching);
    stopListening();
  }

  async stop(running: Promise<void>): Promise<void> {
    // The last commits must not wait for brokers that are disconnected.
    const limit = setTimeout(() => this.abandonCommits.abort(), MAX_STOP_MS);
    await this.membership.finish();
    clearTimeout(limit);
    this.stopping.abort();
    const ended = Promise.all([running, this.consumer?.stop().catch(() => undefined)]);
    await Promise.race([ended, sleep(MAX_STOP_MS, undefined, { ref: false })]);
    this.membership.left();
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private wasStable(): boolean {
    return this.joinedAt !== undefined && performance.now() - this.joinedAt > STABLE_MEMBERSHIP_MS;
  }

  /** With jitter: members that fail at once, as when their brokers disconnect, come back one after the other. */
  private pauseAfter(failures: number): number {
    return backoff(failures, this.joinedAt === undefined ? {} : { longestMs: MAX_REJOIN_PAUSE_MS });
  }

  /** Keeps the failed consumer: whether it left its group is unknown. */
  private keepPrevious(): void {
    const { consumer } = this;
    if (consumer === undefined || consumer === this.previous?.consumer) return;
    this.previous = { consumer, until: performance.now() + this.options.sessionTimeoutMs };
  }

  /** Removes the previous member from the group, so that the next one need not wait for its session to end. */
  private async removePrevious(): Promise<void> {
    const { reader, group } = this.options;
    if (this.previous === undefined || performance.now() > this.previous.until) return;
    const { consumer } = this.previous;
    if (consumer.memberId !== undefined) await leaveGroup(reader, group, consumer.memberId);
    this.previous = { consumer, until: 0 };
  }

  /** Runs one consumer until it ends. */
  private async consume(): Promise<void> {
    const { client, group, name, reader, sessionTimeoutMs } = this.options;
    const partitions = (await reader.use((cluster) => partitionsOf(cluster, name))).length;
    const consumer = makeGroupConsumer({
      ...{ client, group, topic: name, partitions, sessionTimeoutMs },
      heartbeatMs: heartbeatOf(sessionTimeoutMs),
      fetchWaitMs: FETCH_WAIT_MS,
      onJoined: (given) => {
        this.joinedAt ??= performance.now();
        this.guarded.onOutage?.(null);
        const most = this.options.partitions() ?? Infinity;
        this.membership.joined(given.filter((partition) => partition < most));
      },
      onHeartbeat: () => this.membership.heartbeat(),
      onRebalancing: () => this.membership.rebalancing(),
      // A process that was stopped or disconnected does not notice that a topic was deleted and recreated.
      onFetchGap: () => {
        for (const feed of this.membership.feeds().values()) feed.beginAgain();
      },
      onOffer: async (partition, offer) => {
        const feed = this.membership.feed(partition);
        if (feed === undefined) consumer.pause(partition);
        else await feed.offer(offer);
      },
    });
    this.consumer = consumer;
    if (this.isStopping()) return;
    await Promise.race([consumer.start().then(() => consumer.ended), consumer.ended]);
  }

  private makeFeed(partition: number): Feed {
    const { maxRecords = DEFAULT_MAX_RECORDS, maxBytes = DEFAULT_MAX_BYTES, topic } = this.options.follow;
    const { consumer } = this;
    const feed = new Feed({
      ...{ topic, partition, limits: { maxRecords, maxBytes }, maxHoldMs: MAX_HOLD_MS },
      seek: (position) => consumer?.seek(partition, position),
      pause: () => consumer?.pause(partition),
      resume: () => consumer?.resume(partition),
      onUnexpectedOffer: (wanted) => void this.watchdog.check(partition, feed, wanted),
    });
    return feed;
  }

  private sourceOf({ partition, signal }: Ownership, feed: Feed) {
    const { topic } = this.options.follow;
    return makePartitionSource({
      ...{ topic, partition, feed },
      readRange: async () => rangeOf(await unlessAborted(signal, this.ranges()), partition),
      readProgress: async () => (await unlessAborted(signal, this.progress()))[partition] ?? null,
    });
  }

  private damaged(damage: Damage): void {
    if (damage.topic !== this.options.name) return;
    const feed = this.membership.feed(damage.partition);
    feed?.damaged(damage.position, new LogUnavailable(describeDamage(damage)));
  }

  private report(error: unknown): void {
    const { follow } = this.options;
    const err = toLogError(error);
    this.guarded.onOutage?.(err);
    const suppressed = this.warnings.pass(err.message);
    if (suppressed === null) return;
    const fields = { err, group: follow.group, topic: follow.topic, times: suppressed + 1 };
    this.options.logger.warn(fields, 'the log cannot be followed; retrying');
  }
}

function rangeOf(ranges: readonly Range[], partition: number): Range {
  return ranges[partition] ?? { low: 0, high: 0 };
}

/** Several heartbeats per session. */
function heartbeatOf(sessionTimeoutMs: number): number {
  return Math.min(1_000, sessionTimeoutMs / 6);
}
