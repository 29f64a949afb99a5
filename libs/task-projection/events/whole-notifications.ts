/**
 * Readers never see a part of a notification: a transaction ends with the last event of a notification. Events after that are held
 * until the rest of their notification is read; where that exceeds the limits, the task is `incomplete` until the
 * `notification.received` is applied.
 */

import type { HoldLimits } from '@mps-ledger/consuming';

/** One event record as a part of the notification (raw record) it was derived from. */
export interface NotificationPart {
  /** Offset of that raw record; null where the event record does not say. */
  readonly raw: number | null;
  /** Whether it is the `notification.received`, the last event of a raw record. */
  readonly isLast: boolean;
  /** Of the event record. */
  readonly offset: number;
  /** Size of key and value. */
  readonly bytes: number;
}

export interface NotificationCut {
  /** Number of records to apply; the rest is held. */
  readonly count: number;
  /** Raw offsets whose first `notification.received` is among the applied records, with its offset. */
  readonly completed: ReadonlyMap<number, number>;
  /** Raw offsets of which a part is applied and the `notification.received` is not. */
  readonly halfApplied: ReadonlySet<number>;
}

/**
 * Finds where to cut consecutive records of one partition, so that the applied ones end with a complete notification.
 *
 * A raw record counts as applied with its first `notification.received`. Repeated events of it, derived again after a crash or by
 * a stale owner, change nothing: they neither hold other records back nor complete a notification.
 *
 * @param isAccounted whether the first `notification.received` of a raw offset was applied before these records
 */
export function cutAtNotification(
  parts: readonly NotificationPart[],
  isAccounted: (raw: number) => boolean,
  limits: HoldLimits,
): NotificationCut {
  const completed = new Map<number, number>();
  /** Raw offsets that have started and are not complete, with the index of their first record. */
  const started = new Map<number, number>();
  let unfinished: number | null = null;
  for (const [index, { raw, isLast, offset }] of parts.entries()) {
    if (raw === null || completed.has(raw) || isAccounted(raw)) continue;
    if (isLast) {
      completed.set(raw, offset);
      started.delete(raw);
      unfinished = null;
    } else {
      unfinished ??= index;
      if (!started.has(raw)) started.set(raw, index);
    }
  }
  const count = unfinished === null || exceeds(parts.slice(unfinished), limits) ? parts.length : unfinished;
  const halfApplied = new Set([...started].filter(([, index]) => index < count).map(([raw]) => raw));
  return { count, completed, halfApplied };
}

function exceeds(held: readonly NotificationPart[], { records, bytes }: HoldLimits): boolean {
  return held.length > records || held.reduce((sum, part) => sum + part.bytes, 0) > bytes;
}
