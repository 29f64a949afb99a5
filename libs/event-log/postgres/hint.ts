/** What may have changed in a log. Receivers read the log themselves, and poll it without hints too. */
export interface Hint {
  /** New ends of partitions: the position after the last record. */
  readonly ends: readonly (readonly [topic: string, partition: number, end: number])[];
  /** Groups whose members or ownership changed. */
  readonly groups: readonly string[];
}

/** A NOTIFY takes less than 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7_900;

/** Hints to be sent, with the latest end of each partition only. Bounded by the number of partitions and groups. */
export class GatheredHints {
  private readonly ends = new Map<string, readonly [string, number, number]>();
  private readonly groups = new Set<string>();

  get isEmpty(): boolean {
    return this.ends.size === 0 && this.groups.size === 0;
  }

  addEnd(topic: string, partition: number, end: number): void {
    this.ends.set(`${topic}/${partition}`, [topic, partition, end]);
  }

  addGroup(group: string): void {
    this.groups.add(group);
  }

  /** Returns everything gathered as text for `readHint`, and clears it; text that is too long becomes "anything". */
  take(prefix: string): string {
    const text = JSON.stringify({ prefix, ends: [...this.ends.values()], groups: [...this.groups] });
    this.ends.clear();
    this.groups.clear();
    return Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES ? text : '';
  }
}

/** Reads a hint of another process: null if it is about another log, `anything` if it cannot be read. */
export function readHint(payload: string | undefined, prefix: string): Hint | 'anything' | null {
  try {
    const hint = JSON.parse(payload ?? '') as Hint & { prefix: string };
    if (!Array.isArray(hint.ends) || !Array.isArray(hint.groups)) return 'anything';
    return hint.prefix === prefix ? hint : null;
  } catch {
    return 'anything';
  }
}
