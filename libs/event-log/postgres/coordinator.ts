import { setTimeout as pause } from 'node:timers/promises';

import { backoff, NO_JITTER } from '@mps-ledger/async';

import { LogNotReady, type LogError } from '../port/errors';
import { fairShare } from '../follow/fair-share';
import type { Logger } from '../port/logger';
import { Ownership } from '../follow/ownership';
import { Bell } from './bell';
import {
  acquire,
  beat,
  commitProgress,
  enrol,
  leave,
  release,
  type Lease,
  type LeaseHolder,
  type Standing,
} from './leases';
import { toLogError } from './faults';

export interface CoordinatorOptions {
  readonly holder: LeaseHolder;
  /** Between heartbeats, in ms. */
  readonly beatMs: number;
  /** Awaited before each heartbeat. */
  readonly ready: () => Promise<void>;
  /** Follows a partition as long as the ownership lasts; never rejects. */
  readonly follow: (ownership: Ownership) => Promise<void>;
  readonly onOwnership: (partition: number, owned: boolean) => void;
  /** The ownership cannot be read from the database; with null: it can be again. */
  readonly onOutage: (error: LogError | null) => void;
  /** This member joined, left, or released a partition. */
  readonly onMembershipChanged: () => void;
  readonly logger: Logger;
}

interface Held {
  readonly lease: Lease;
  readonly ownership: Ownership;
  /** Resolves when no work is in flight any more. */
  readonly done: Promise<void>;
}

const FIRST_RETRY_PAUSE_MS = 200;
const MAX_LEAVE_MS = 3_000;

/**
 * Keeps a member's share of a topic's partitions by rows in the database: a heartbeat, leases that expire unless renewed, an
 * epoch for each period of ownership. Ownership is certain only until the last renewal known to have succeeded expires; then
 * all partitions are lost at once, whether the database can be reached or not.
 */
export class Coordinator {
  private readonly held = new Map<number, Held>();
  /** Partitions that were lost while work was in flight: not acquired again before it has ended. */
  private readonly unfinished = new Map<number, Promise<void>>();
  private readonly leaving = new Set<number>();
  private readonly bell = new Bell();
  private certainUntil = 0;
  private expiry: NodeJS.Timeout | undefined;
  private isMember = false;
  private isStopping = false;
  private isOver = false;
  private failures = 0;

  constructor(private readonly options: CoordinatorOptions) {}

  owned(): number[] {
    return [...this.held.keys()].sort((a, b) => a - b);
  }

  /** Sends the next heartbeat soon: other members joined or left. */
  hint(): void {
    this.bell.ring();
  }

  /** Coordinates until stopped; never rejects. */
  async run(): Promise<void> {
    while (!this.isOver) {
      const waitMs = await this.renewAndBalance().then(
        () => this.succeeded(),
        (error: unknown) => this.failed(error),
      );
      await this.bell.wait(waitMs);
    }
    clearTimeout(this.expiry);
    if (this.isMember) await this.leave();
  }

  /** Asks all work to end, renews until it has ended, and leaves the group. `running` is the promise of `run`. */
  async stop(running: Promise<void>): Promise<void> {
    this.isStopping = true;
    for (const { ownership } of this.held.values()) ownership.end();
    await Promise.all([...[...this.held.values()].map(({ done }) => done), ...this.unfinished.values()]);
    this.isOver = true;
    this.bell.ring();
    await Promise.race([running, pause(MAX_LEAVE_MS, undefined, { ref: false })]);
  }

  private async renewAndBalance(): Promise<void> {
    await this.options.ready();
    const began = performance.now();
    const asked = [...this.held.values()];
    const standing = await this.beat(asked.map(({ lease }) => lease));
    this.renewed(began + this.options.holder.leaseMs);
    for (const held of asked) {
      if (!standing.held.includes(held.lease.partition)) this.lose(held, 'another process owns it');
    }
    if (!this.isMember) {
      this.isMember = true;
      this.options.onMembershipChanged();
    }
    if (!this.isStopping) await this.balance(standing);
  }

  private async beat(leases: readonly Lease[]): Promise<Standing> {
    const { holder } = this.options;
    const standing = await beat(holder, leases);
    if (standing.partitions > 0) return standing;
    await enrol(holder);
    const enrolled = await beat(holder, leases);
    if (enrolled.partitions > 0) return enrolled;
    throw new LogNotReady(`the topic ${holder.topic} is missing: run setup`);
  }

  private async balance({ partitions, others, free }: Standing): Promise<void> {
    const { holder } = this.options;
    const held = [...this.held.keys()].filter((partition) => !this.leaving.has(partition));
    const share = fairShare({ me: holder.member, others, partitions, held });
    for (const partition of share.release) {
      this.leaving.add(partition);
      this.held.get(partition)?.ownership.end();
    }
    if (share.acquire === 0 || free.length === 0) return;
    const butFor = [...this.held.keys(), ...this.unfinished.keys()];
    const leases = await acquire(holder, share.acquire, butFor);
    // Leases acquired while stopping are released by leaving the group.
    if (!this.isStopping) for (const lease of leases) this.gain(lease);
  }

  private gain(lease: Lease): void {
    const { holder } = this.options;
    const ownership = new Ownership({
      partition: lease.partition,
      isCertain: () => performance.now() < this.certainUntil,
      commit: (position) => commitProgress(holder, lease, position),
    });
    const { follow, onOwnership } = this.options;
    const done = Promise.resolve()
      .then(() => follow(ownership))
      .then(() => this.finished(held));
    const held: Held = { lease, ownership, done };
    this.held.set(lease.partition, held);
    onOwnership(lease.partition, true);
  }

  /** The work of an ownership has ended: it was asked to, or the ownership was lost. */
  private async finished(held: Held): Promise<void> {
    const { partition } = held.lease;
    this.unfinished.delete(partition);
    if (this.held.get(partition) === held) this.drop(held);
    if (!this.isStopping && this.leaving.delete(partition)) {
      await release(this.options.holder, [held.lease]).catch((error: unknown) => {
        this.options.logger.debug({ err: error, partition }, 'ownership could not be released; it will expire');
      });
      this.options.onMembershipChanged();
    }
    this.bell.ring();
  }

  private lose(held: Held, reason: string): void {
    const { partition } = held.lease;
    if (this.held.get(partition) !== held) return;
    const { group, topic } = this.options.holder;
    this.options.logger.warn({ group, topic, partition, reason }, 'ownership of a partition is lost');
    this.leaving.delete(partition);
    this.unfinished.set(partition, held.done);
    this.drop(held);
    held.ownership.lose();
  }

  private drop({ lease }: Held): void {
    this.held.delete(lease.partition);
    this.options.onOwnership(lease.partition, false);
  }

  private renewed(certainUntil: number): void {
    this.certainUntil = certainUntil;
    clearTimeout(this.expiry);
    this.expiry = setTimeout(() => {
      for (const held of this.held.values()) this.lose(held, 'it could not be renewed in time');
    }, certainUntil - performance.now());
  }

  private succeeded(): number {
    const { group, topic } = this.options.holder;
    if (this.failures > 0) this.options.logger.info({ group, topic }, 'the log can be followed again');
    if (this.failures > 0) this.options.onOutage(null);
    this.failures = 0;
    return this.options.beatMs;
  }

  private failed(error: unknown): number {
    const { group, topic } = this.options.holder;
    if (this.failures === 0)
      this.options.logger.warn({ err: error, group, topic }, 'the log cannot be followed; retrying');
    this.failures += 1;
    this.options.onOutage(toLogError(error));
    return backoff(this.failures, { firstMs: FIRST_RETRY_PAUSE_MS, longestMs: this.options.beatMs, random: NO_JITTER });
  }

  private async leave(): Promise<void> {
    const { holder, logger, onMembershipChanged } = this.options;
    const left = leave(holder).then(onMembershipChanged, (error: unknown) => {
      logger.warn({ err: error, group: holder.group }, 'the group could not be left; ownership will expire');
    });
    await Promise.race([left, pause(MAX_LEAVE_MS, undefined, { ref: false })]);
  }
}
