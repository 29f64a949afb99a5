/**
 * A reader never sees half a notification: a transaction ends where its last notification does. What follows is held until
 * the rest of it comes; where that is too much, its task is `incomplete` until its `notification.received` is applied.
 */

/** What an event record says of the raw record it was derived from. */
export interface Part {
  /** Its raw offset; null where the record does not say. */
  readonly raw: number | null;
  /** It is the `notification.received`, the last event of its raw record. */
  readonly isLast: boolean;
  /** Of key and value. */
  readonly bytes: number;
}

/** How much of a notification is held at most while the rest of it is not there. */
export interface HoldLimits {
  readonly records: number;
  readonly bytes: number;
}

export const HOLD_NOTHING: HoldLimits = { records: 0, bytes: 0 };

export interface Whole {
  /** So many records are to be applied, the rest is to be held. */
  readonly count: number;
  /** Raw offsets that these records complete: their first `notification.received` is among them. */
  readonly completed: ReadonlySet<number>;
  /** Raw offsets that these records leave half applied. */
  readonly half: ReadonlySet<number>;
}

/**
 * Finds where consecutive records of one partition are to be cut.
 *
 * A raw record counts as applied with its first `notification.received`. What is heard of it again afterwards, after a crash
 * or by a stale owner, changes nothing: such records neither keep anything waiting nor complete anything, wherever they lie.
 *
 * @param isAccounted whether the first `notification.received` of a raw offset was applied before these records
 */
export function wholeNotifications(
  parts: readonly Part[],
  isAccounted: (raw: number) => boolean,
  limits: HoldLimits,
): Whole {
  const completed = new Set<number>();
  /** Raw offsets that are begun and not completed, with the place of the first record of each. */
  const begun = new Map<number, number>();
  let unfinished: number | null = null;
  for (const [place, { raw, isLast }] of parts.entries()) {
    if (raw === null || completed.has(raw) || isAccounted(raw)) continue;
    if (isLast) {
      completed.add(raw);
      begun.delete(raw);
      unfinished = null;
    } else {
      unfinished ??= place;
      if (!begun.has(raw)) begun.set(raw, place);
    }
  }
  const count = unfinished === null || isMore(parts.slice(unfinished), limits) ? parts.length : unfinished;
  const half = new Set([...begun].filter(([, place]) => place < count).map(([raw]) => raw));
  return { count, completed, half };
}

function isMore(held: readonly Part[], { records, bytes }: HoldLimits): boolean {
  return held.length > records || held.reduce((sum, part) => sum + part.bytes, 0) > bytes;
}
