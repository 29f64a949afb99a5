import { setTimeout as pause } from 'node:timers/promises';

import { OutOfRange, OwnershipLost } from '@mps-ledger/event-log';
import type { Batch, EventLog, FollowOptions } from '@mps-ledger/event-log';

import type { Dice } from './dice';
import type { Gaps } from './gaps';
import type { HostilityCounts, HostilitySettings } from './hostilities';
import { cutInPieces } from './pieces';

/** The context of a hostile follower. */
export interface HostileFollowContext {
  readonly log: () => EventLog;
  /** The group that the follower asked for, and the one that is really used. */
  readonly group: string;
  readonly shadow: string;
  readonly gaps: (partition: number) => Gaps;
  readonly dice: (partition: number) => Dice;
  readonly hostilities: HostilitySettings;
  readonly deeds: HostilityCounts;
}

/** The maximum number of records that are delivered again. */
const BACK = 30;
/** Added to a position beyond the end; the log does not grow this much during a spec. */
const FAR = 1_000_000;

/** Ends a batch of a revoked partition. For the log it is a failure, which is not reported to the follower. */
class TakenAway extends Error {}

/** Wraps a follower's options with faults, for the real log. */
export function hostileFollowOptions(options: FollowOptions, grip: HostileFollowContext): FollowOptions {
  const partitions = new Map<number, HostilePartition>();
  const at = (partition: number): HostilePartition => {
    const known = partitions.get(partition) ?? new HostilePartition(partition, options, grip);
    partitions.set(partition, known);
    return known;
  };
  return {
    ...options,
    group: grip.shadow,
    startAt: (partition) => at(partition).startAt(),
    onBatch: (batch) => at(batch.partition).onBatch(batch),
    onFailure: ({ partition, error }) => {
      at(partition).failed(error);
    },
  };
}

class HostilePartition {
  private readonly dice: Dice;
  private readonly gaps: Gaps;
  private attempt = 0;
  /** The last requested position that is in a gap, with its real position. */
  private asked: { position: number; real: number } | undefined;

  constructor(
    private readonly partition: number,
    private readonly options: FollowOptions,
    private readonly grip: HostileFollowContext,
  ) {
    this.dice = grip.dice(partition);
    this.gaps = grip.gaps(partition);
  }

  async startAt(): Promise<number | undefined> {
    const position = await this.options.startAt?.(this.partition);
    if (position !== undefined) return this.goTo(position);
    if (this.grip.shadow === this.grip.group) return undefined;
    const progress = await this.grip.log().progress(this.grip.group, this.options.topic);
    return progress[this.partition] ?? 0;
  }

  async onBatch(batch: Batch): Promise<number> {
    const { redelivery, late, lateMs, takenAway } = this.grip.hostilities;
    if (batch.from > 0 && this.commits('redelivery', redelivery)) {
      return this.dice.between(Math.max(0, batch.from - BACK), batch.from - 1);
    }
    if (this.commits('late', late)) await pause(this.dice.between(0, lateMs));
    const answer = await (this.commits('takenAway', takenAway) ? this.takeAway(batch) : this.handOver(batch));
    this.attempt = 0;
    return answer;
  }

  failed(error: unknown): void {
    if (error instanceof TakenAway) return;
    this.attempt += 1;
    this.options.onFailure?.({ partition: this.partition, error: this.inGaps(error), attempt: this.attempt });
  }

  /** Delivers the batch in pieces while each one succeeds; returns the real position to continue from. */
  private async handOver(batch: Batch): Promise<number> {
    const { cut } = this.grip.hostilities;
    const from = this.asked?.real === batch.from ? this.asked.position : this.gaps.position(batch.from);
    const pieces = this.commits('cut', cut) ? this.dice.between(2, 4) : 1;
    for (const piece of cutInPieces(batch, { from, pieces, gaps: this.gaps, dice: this.dice })) {
      const answer = await this.options.onBatch(piece);
      // Sometimes only the first piece is delivered, and the rest is fetched again.
      if (answer !== piece.to || this.dice.chance(0.3)) return this.goTo(answer);
    }
    return batch.to;
  }

  /** Revokes the partition during the batch; the owner is notified during its work or after it. Its result is ignored. */
  private async takeAway(batch: Batch): Promise<number> {
    const loss = new AbortController();
    const signal = AbortSignal.any([batch.signal, loss.signal]);
    const lost = pause(this.dice.between(0, 10)).then(() => {
      loss.abort();
    });
    const heartbeat = async (): Promise<void> => {
      if (signal.aborted) throw new OwnershipLost('the partition was taken away');
      await batch.heartbeat();
    };
    this.options.onOwnership?.(this.partition, false);
    await this.handOver({ ...batch, signal, heartbeat }).catch(() => undefined);
    await lost;
    this.options.onOwnership?.(this.partition, true);
    throw new TakenAway('the partition was taken away');
  }

  /** The real position for a requested one; a position outside of the log stays outside. */
  private async goTo(position: number): Promise<number> {
    const real = await this.realPosition(position);
    this.asked = { position, real };
    return real;
  }

  private async realPosition(position: number): Promise<number> {
    const real = this.gaps.realPosition(position);
    if (position < 0 || position === this.gaps.position(real)) return Math.min(position, real);
    const ends = await this.grip.log().endPositions(this.options.topic);
    const end = ends[this.partition] ?? 0;
    return real < end ? real : end + FAR;
  }

  /** Converts an error of the real log, which contains real positions. */
  private inGaps(error: unknown): unknown {
    if (!(error instanceof OutOfRange)) return error;
    const position = this.asked?.real === error.position ? this.asked.position : this.gaps.position(error.position);
    return new OutOfRange(error.topic, error.partition, position, this.gaps.position(error.end));
  }

  private commits(deed: keyof HostilityCounts, probability: number): boolean {
    const isDone = this.dice.chance(probability);
    if (isDone) this.grip.deeds[deed] += 1;
    return isDone;
  }
}
