/** A record of one task, as far as its notifications are counted. */
export interface CountedRecord {
  /** Of the notification that it was derived from; null where a parked record does not say it. */
  readonly rawOffset: number | null;
  /** It is a `notification.received`, the last record of its notification. */
  readonly isLast: boolean;
  readonly isApplied: boolean;
}

/** Counts the notifications of one task by its records, applied and parked, in the order of the log. What is on the log twice counts once. */
export class NotificationCount {
  private readonly open = new Set<number>();
  private readonly ended = new Set<number>();
  private readonly received = new Set<number>();

  /** Adds the next record. Returns whether it is the first applied `notification.received` of its notification. */
  add({ rawOffset, isLast, isApplied }: CountedRecord): boolean {
    if (rawOffset === null) return false;
    if (isLast) {
      this.ended.add(rawOffset);
      this.open.delete(rawOffset);
    } else if (!this.ended.has(rawOffset)) this.open.add(rawOffset);
    if (!isLast || !isApplied || this.received.has(rawOffset)) return false;
    this.received.add(rawOffset);
    return true;
  }

  /** The version of the task: how many notifications that named it are applied. */
  get version(): number {
    return this.received.size;
  }

  /** Raw offsets of notifications of which a part is there and the rest is not, ascending: the task is incomplete. */
  get half(): readonly number[] {
    return [...this.open].sort((a, b) => a - b);
  }
}
