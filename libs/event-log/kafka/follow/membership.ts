import { Ownership } from '../../follow/ownership';
import type { Feed } from './feed';

export interface MembershipOptions {
  /** How long a membership is certain after the last heartbeat that the coordinator accepted, in ms. */
  readonly certainForMs: number;
  readonly makeFeed: (partition: number) => Feed;
  /** Writes the group's progress; rejects with `OwnershipLost` if this is not a member of the current generation. */
  readonly commit: (partition: number, position: number) => Promise<void>;
  /** Follows a partition as long as the ownership lasts; never rejects. */
  readonly follow: (ownership: Ownership, feed: Feed) => Promise<void>;
  readonly onOwnership: (partition: number, owned: boolean) => void;
}

interface Held {
  readonly ownership: Ownership;
  readonly feed: Feed;
  /** Resolves when no work is in flight any more. */
  readonly done: Promise<void>;
}

/**
 * The partitions that the group's coordinator assigned to this member. Every join ends all ownerships and begins new ones, as
 * in the group's own (eager) protocol: another member may have owned a partition in between, or the topic may have been
 * recreated. A membership is certain only for a period after the last accepted heartbeat; then all ownership ends by this
 * process's own clock, and begins again if a later heartbeat is accepted.
 */
export class Membership {
  private readonly held = new Map<number, Held>();
  /** Work of earlier ownerships that has not ended: a partition is worked on once at a time. */
  private readonly unfinished = new Map<number, Promise<void>>();
  private assigned: readonly number[] = [];
  private certainUntil = 0;
  private expiryTimer: NodeJS.Timeout | undefined;
  private hasExpired = false;
  private isStopping = false;

  constructor(private readonly options: MembershipOptions) {}

  owned(): number[] {
    return [...this.held.keys()].sort((a, b) => a - b);
  }

  feed(partition: number): Feed | undefined {
    return this.held.get(partition)?.feed;
  }

  feeds(): ReadonlyMap<number, Feed> {
    return new Map([...this.held].map(([partition, { feed }]) => [partition, feed]));
  }

  /** This member joined a generation of the group and was assigned these partitions. */
  joined(partitions: readonly number[]): void {
    const before = this.takeAll();
    this.assigned = partitions;
    this.hasExpired = false;
    this.heartbeat();
    for (const partition of before) {
      if (!partitions.includes(partition) || this.isStopping) this.options.onOwnership(partition, false);
    }
    if (!this.isStopping) this.beginAll(before);
  }

  /** The coordinator accepted a heartbeat. */
  heartbeat(): void {
    this.certainUntil = performance.now() + this.options.certainForMs;
    clearTimeout(this.expiryTimer);
    this.expiryTimer = setTimeout(() => this.expire(), this.options.certainForMs);
    if (!this.hasExpired || this.isStopping) return;
    this.hasExpired = false;
    this.beginAll([]);
  }

  /** The group is about to be joined again: asks the work in flight to end. */
  rebalancing(): void {
    for (const { ownership } of this.held.values()) ownership.end();
  }

  /** This is no longer a member. */
  left(): void {
    clearTimeout(this.expiryTimer);
    this.assigned = [];
    for (const partition of this.takeAll()) this.options.onOwnership(partition, false);
  }

  /** Asks all work to end, and resolves when it has. No work begins afterwards. */
  async finish(): Promise<void> {
    this.isStopping = true;
    this.rebalancing();
    await Promise.all([...[...this.held.values()].map(({ done }) => done), ...this.unfinished.values()]);
  }

  private expire(): void {
    this.hasExpired = this.assigned.length > 0;
    for (const partition of this.takeAll()) this.options.onOwnership(partition, false);
  }

  /** Ends all ownerships; returns the partitions. */
  private takeAll(): number[] {
    const partitions = this.owned();
    for (const [partition, { ownership, feed, done }] of this.held) {
      this.unfinished.set(partition, done);
      ownership.lose();
      feed.close();
    }
    this.held.clear();
    return partitions;
  }

  private beginAll(known: readonly number[]): void {
    for (const partition of this.assigned) {
      this.begin(partition);
      if (!known.includes(partition)) this.options.onOwnership(partition, true);
    }
  }

  private begin(partition: number): void {
    const ownership = new Ownership({
      partition,
      isCertain: () => performance.now() < this.certainUntil,
      commit: (position) => this.options.commit(partition, position),
    });
    const feed = this.options.makeFeed(partition);
    const before = this.unfinished.get(partition);
    const work = async (): Promise<void> => {
      await before;
      if (this.unfinished.get(partition) === before) this.unfinished.delete(partition);
      await this.options.follow(ownership, feed);
      this.finished(partition, ownership);
    };
    this.held.set(partition, { ownership, feed, done: work() });
  }

  /** The work of a ownership that was asked to end has ended. */
  private finished(partition: number, ownership: Ownership): void {
    if (this.held.get(partition)?.ownership !== ownership) return;
    this.held.get(partition)?.feed.close();
    this.held.delete(partition);
    this.options.onOwnership(partition, false);
  }
}
