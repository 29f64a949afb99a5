import { keyOf, type AskedPartition } from './fetches';

/** Records that arrive wrong, from a position on. `topic` is its name with prefix. */
export interface Damage extends AskedPartition {
  readonly reason: string;
}

interface Suspicion {
  readonly position: number;
  readonly reason: string;
  readonly times: number;
}

/** Of one partition, remembered at once: one a reader of it. */
const MAX_SUSPICIONS = 8;

/**
 * What arrived wrong, and was not yet seen to be right. The connection over which something arrives wrong is ended each
 * time, so that a second time is over another connection; then those who follow the partition are told.
 */
export class Damages {
  private readonly suspicions = new Map<string, readonly Suspicion[]>();
  /** Where the records that were last received of a partition ended: the next batch begins there. */
  private readonly boundaries = new Map<string, number>();
  private readonly listeners = new Set<(damage: Damage) => void>();

  /** Tells of each damage that is there over another connection, too. Answers how to be told no more. Must not throw. */
  onDamage(listener: (damage: Damage) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Something arrived wrong; answers how many times it did, this one included. */
  note(damage: Damage): number {
    const { topic, partition, position, reason } = damage;
    const times = (this.find(damage)?.times ?? 0) + 1;
    const others = this.of(topic, partition).filter((one) => one.position !== position);
    this.suspicions.set(keyOf(topic, partition), [...others, { position, reason, times }].slice(-MAX_SUSPICIONS));
    if (times > 1) for (const listener of this.listeners) listener(damage);
    return times;
  }

  /** Whether the very same was said of the same position before: two connections do not err alike. */
  wasReported(damage: Damage): boolean {
    return this.find(damage)?.reason === damage.reason;
  }

  /** Whole batches from a position up to another one arrived as they should. */
  clear(topic: string, partition: number, from: number, to: number): void {
    this.boundaries.set(keyOf(topic, partition), to);
    this.forget(topic, partition, from, to);
  }

  /** A partition ends at this position, by an answer with nothing wrong: what was said of it before was wrong. */
  endsAt({ topic, partition, position }: AskedPartition): void {
    this.forget(topic, partition, position, position + 1);
  }

  /** Whether it is known that a batch begins at a position. */
  isBoundary({ topic, partition, position }: AskedPartition): boolean {
    return position === 0 || this.boundaries.get(keyOf(topic, partition)) === position;
  }

  /** What is wrong with a partition at a position, if it was so over more than one connection. */
  lasting(place: AskedPartition): string | undefined {
    const found = this.find(place);
    return found !== undefined && found.times > 1 ? found.reason : undefined;
  }

  private forget(topic: string, partition: number, from: number, to: number): void {
    const before = this.of(topic, partition);
    if (before.length === 0) return;
    const left = before.filter(({ position }) => position < from || position >= to);
    if (left.length > 0) this.suspicions.set(keyOf(topic, partition), left);
    else this.suspicions.delete(keyOf(topic, partition));
  }

  private find({ topic, partition, position }: AskedPartition): Suspicion | undefined {
    return this.of(topic, partition).find((one) => one.position === position);
  }

  private of(topic: string, partition: number): readonly Suspicion[] {
    return this.suspicions.get(keyOf(topic, partition)) ?? [];
  }
}

/** In words, for whoever wanted the records. */
export function describeDamage({ topic, partition, position, reason }: Damage): string {
  return `the records of ${topic}/${partition} arrive damaged from ${position} on, also over another connection: ${reason}`;
}
