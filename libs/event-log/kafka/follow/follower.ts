import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import type { Kafka } from 'kafkajs';

import { LogUnavailable, OwnershipLost } from '../../port/errors';
import { guardCallbacks } from '../../follow/guarded-callbacks';
import type { Logger } from '../../port/logger';
import { followPartition, growingPause, pauseAfter } from '../../follow/partition-loop';
import type { Follower, FollowOptions } from '../../port/port';
import type { Ownership } from '../../follow/ownership';
import { describeDamage, type Damage, type Damages } from '../connections/damages';
import { makeGroupConsumer, type GroupConsumer } from './group-consumer';
import { toLogError } from '../faults';
import { Feed } from './feed';
import { leaveGroup } from './leave-group';
import { Membership } from './membership';
import { fetchOnce } from '../fetch';
import { makePartitionSource } from './partition-source';
import { readProgress, readRanges, type Range } from '../ranges';
import { partitionsOf, type Reader } from '../reader';
import { seldom } from '../connections/seldom';
import { shareAnswers } from '../../shared-answers';
import { unlessAborted } from './unless-aborted';
import { FetchWatchdog } from './fetch-watchdog';

export interface FollowerOptions {
  readonly follow: FollowOptions;
  /** The topic's and the group's names, with their prefix. */
  readonly name: string;
  readonly group: string;
  readonly client: Kafka;
  readonly reader: Reader;
  /** What arrives wrong over the client's connections. */
  readonly damages: Damages;
  readonly sessionTimeoutMs: number;
  /** How many partitions the log has, as far as is known: what a topic has beyond them is left alone. */
  readonly partitions: () => number | undefined;
  readonly logger: Logger;
}

/** About what a fetch brings of a partition: a second, smaller batch of the rest costs as much as the first. */
const DEFAULT_MAX_RECORDS = 1_000;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;
const FETCH_WAIT_MS = 100;
const MAX_HOLD_MS = 200;
/** How often those that wait for records are looked after: they may wait where the log is not, or for what is there. */
const WATCHDOG_INTERVAL_MS = 5_000;
const MAX_STOP_MS = 3_000;
const MAX_COMMIT_TRIES = 3;
/** A group that was joined for so long was joined well: what fails after that begins to count anew. */
const STABLE_MEMBERSHIP_MS = 10_000;
/** Joining disturbs all members, so that whoever fails again and again after it joins more and more seldom. */
const MAX_REJOIN_PAUSE_MS = 30_000;
const WARN_INTERVAL_MS = 60_000;

/** Starts following; see the port. */
export function startFollower(options: FollowerOptions): Follower {
  const follower = new KafkaFollower(options);
  const running = follower.run();
  let stopped: Promise<void> | undefined;
  return { owned: () => follower.owned(), stop: () => (stopped ??= follower.stop(running)) };
}

/** Follows for as long as it is not stopped, over one consumer after the other. */
class KafkaFollower {
  private readonly stopping = new AbortController();
  private readonly membership: Membership;
  private readonly ranges: () => Promise<Range[]>;
  private readonly progress: () => Promise<(number | null)[]>;
  private readonly guarded: FollowOptions;
  private readonly abandonCommits = new AbortController();
  private readonly warn: ReturnType<typeof seldom>;
  private readonly watchdog: FetchWatchdog;
  private consumer: GroupConsumer | undefined;
  /** When the present consumer first joined its group, by the clock of `performance.now()`. */
  private joinedAt: number | undefined;
  /** A consumer that failed, and until when its group may wait for it, by the clock of `performance.now()`. */
  private previous: { readonly consumer: GroupConsumer; readonly until: number } | undefined;

  constructor(private readonly options: FollowerOptions) {
    const { follow, name, reader, logger, sessionTimeoutMs } = options;
    this.guarded = guardCallbacks(follow, logger);
    this.warn = seldom(WARN_INTERVAL_MS, (fields, message) => logger.warn(fields, message));
    // Each partition waits for its commits by it: as many as there are, which no number of ours bounds.
    setMaxListeners(0, this.abandonCommits.signal);
    this.ranges = shareAnswers(() => readRanges(reader, name));
    this.progress = shareAnswers(() => readProgress(reader, options.group, name));
    this.membership = new Membership({
      certainForMs: sessionTimeoutMs - heartbeatOf(sessionTimeoutMs),
      makeFeed: (partition) => this.makeFeed(partition),
      commit: (partition, position) => this.commit(partition, position),
      follow: (ownership, feed) => followPartition(ownership, this.sourceOf(ownership, feed), this.guarded),
      onOwnership: (partition, owned) => this.guarded.onOwnership?.(partition, owned),
    });
    this.watchdog = new FetchWatchdog({
      ...{ topic: follow.topic, ranges: this.ranges, logger },
      feeds: () => this.membership.feeds(),
      hasRecords: (partition, position) => this.hasRecords(partition, position),
      onStuck: (error) => this.consumer?.fail(error),
    });
  }

  owned(): number[] {
    return this.membership.owned();
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.stopping;
    const looking = setInterval(() => void this.watchdog.checkAll(), WATCHDOG_INTERVAL_MS);
    const unheard = this.options.damages.onDamage((damage) => this.damaged(damage));
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
        await pause(this.pauseAfter(failures), undefined, { signal }).catch(() => undefined);
      }
    }
    clearInterval(looking);
    unheard();
  }

  async stop(running: Promise<void>): Promise<void> {
    // What the brokers are asked for the last time must not keep anybody waiting for brokers that are gone.
    const patience = setTimeout(() => this.abandonCommits.abort(), MAX_STOP_MS);
    await this.membership.finish();
    clearTimeout(patience);
    this.stopping.abort();
    const gone = Promise.all([running, this.consumer?.stop().catch(() => undefined)]);
    await Promise.race([gone, pause(MAX_STOP_MS, undefined, { ref: false })]);
    this.membership.left();
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private wasStable(): boolean {
    return this.joinedAt !== undefined && performance.now() - this.joinedAt > STABLE_MEMBERSHIP_MS;
  }

  /** Several that fail at once, as where their brokers are gone, come back one after the other. */
  private pauseAfter(failures: number): number {
    const most = this.joinedAt === undefined ? pauseAfter(failures) : growingPause(failures, MAX_REJOIN_PAUSE_MS);
    return most * (0.5 + Math.random() / 2);
  }

  /** The consumer failed. That it left its group as well is not certain. */
  private keepPrevious(): void {
    const { consumer } = this;
    if (consumer === undefined || consumer === this.previous?.consumer) return;
    this.previous = { consumer, until: performance.now() + this.options.sessionTimeoutMs };
  }

  /** Takes the member that was left behind out of the group, so that the next one need not wait for its session to end. */
  private async removePrevious(): Promise<void> {
    const { reader, group } = this.options;
    if (this.previous === undefined || performance.now() > this.previous.until) return;
    const { consumer } = this.previous;
    if (consumer.memberId !== undefined) await leaveGroup(reader, group, consumer.memberId);
    this.previous = { consumer, until: 0 };
  }

  /** One consumer's life. */
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
      // Whoever was stopped, or cut off, sees nothing of a topic that was deleted and made anew meanwhile.
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

  /** A few times, as one that fails is a batch that comes again. */
  private async commit(partition: number, position: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await unlessAborted(this.abandonCommits.signal, this.committed(partition, position));
        return;
      } catch (error) {
        if (error instanceof OwnershipLost) throw error;
        if (attempt === MAX_COMMIT_TRIES || this.abandonCommits.signal.aborted) throw toLogError(error);
        await pause(pauseAfter(attempt));
      }
    }
  }

  private async committed(partition: number, position: number): Promise<void> {
    await this.consumer?.commit(partition, position);
  }

  /** Asked past the consumer. */
  private hasRecords(partition: number, position: number): Promise<boolean> {
    const { reader, name } = this.options;
    return reader.use(async (cluster) => {
      await partitionsOf(cluster, name);
      const [fetched] = await fetchOnce(cluster, name, [partition], position, 1);
      return (fetched?.messages.length ?? 0) > 0;
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
    this.warn(
      err.message,
      { err, group: follow.group, topic: follow.topic },
      'the log cannot be followed just now: retrying',
    );
  }
}

function rangeOf(ranges: readonly Range[], partition: number): Range {
  return ranges[partition] ?? { low: 0, high: 0 };
}

/** Several in a session. */
function heartbeatOf(sessionTimeoutMs: number): number {
  return Math.min(1_000, sessionTimeoutMs / 6);
}
