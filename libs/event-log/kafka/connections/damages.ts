import { keyOf, type AskedPartition } from './fetches';

/** Records that arrive damaged, from a position on. `topic` is its name with prefix. */
export interface Damage extends AskedPartition {
  readonly reason: string;
}

interface Suspicion {
  readonly position: number;
  readonly reason: string;
  readonly times: number;
}

/** Suspicions kept per partition: one per reader. */
const MAX_SUSPICIONS = 8;

/**
 * Records damaged answers until the same positions arrive intact. The connection of a damaged answer is closed each time, so that
 * a second one came over another connection; then the listeners are called.
 */
export class Damages {
  private readonly suspicions = new Map<string, readonly Suspicion[]>();
  /** Where the records that were last received of a partition ended: the next batch begins there. */
  private readonly boundaries = new Map<string, number>();
  private readonly listeners = new Set<(damage: Damage) => void>();

  /** Adds a listener for damages seen over two connections; it must not throw. Returns the function that removes it. */
  onDamage(listener: (damage: Damage) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Records a damage; returns how often it was seen, this time included. */
  note(damage: Damage): number {
    const { topic, partition, position, reason } = damage;
    const times = (this.find(damage)?.times ?? 0) + 1;
    const others = this.of(topic, partition).filter((one) => one.position !== position);
    this.suspicions.set(keyOf(topic, partition), [...others, { position, reason, times }].slice(-MAX_SUSPICIONS));
    if (times > 1) for (const listener of this.listeners) listener(damage);
    return times;
  }

  /** Whether the same reason was recorded for the same position before: two connections do not fail identically. */
  wasReported(damage: Damage): boolean {
    return this.find(damage)?.reason === damage.reason;
  }

  /** Batches from a position to another one arrived intact. */
  clear(topic: string, partition: number, from: number, to: number): void {
    this.boundaries.set(keyOf(topic, partition), to);
    this.forget(topic, partition, from, to);
  }

  /** An intact answer says that the partition ends at this position: an earlier damage there was wrong. */
  endsAt({ topic, partition, position }: AskedPartition): void {
    this.forget(topic, partition, position, position + 1);
  }

  /** Whether it is known that a batch begins at a position. */
  isBoundary({ topic, partition, position }: AskedPartition): boolean {
    return position === 0 || this.boundaries.get(keyOf(topic, partition)) === position;
  }

  /** The damage of a partition at a position, if it was seen over more than one connection. */
  lasting(at: AskedPartition): string | undefined {
    const found = this.find(at);
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

/** The damage as an error message. */
export function describeDamage({ topic, partition, position, reason }: Damage): string {
  return `the records of ${topic}/${partition} arrive damaged from ${position} on, also over another connection: ${reason}`;
}
