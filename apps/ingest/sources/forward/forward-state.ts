interface Failure {
  readonly reason: string;
  /** By the clock of `performance.now()`. */
  readonly since: number;
}

/** What the forwarding of one source does in this process. */
export class ForwardState {
  private readonly failures = new Map<number, Failure>();
  /** When the notification was received that a partition sends at present, unix ms. */
  private readonly sending = new Map<number, number>();
  private outage: string | null = null;

  /** A notification that was received at this time is being sent. */
  begins(partition: number, received: number): void {
    this.sending.set(partition, received);
  }

  /** It is done, or given up for now. */
  ends(partition: number): void {
    this.sending.delete(partition);
  }

  /** It was not accepted, and is sent again; or the partition cannot be followed. */
  failed(partition: number, reason: string): void {
    this.failures.set(partition, { reason, since: this.failures.get(partition)?.since ?? performance.now() });
  }

  /** Returns whether it had failed before. */
  succeeded(partition: number): boolean {
    return this.failures.delete(partition);
  }

  /** Another process has the partition now. */
  released(partition: number): void {
    this.failures.delete(partition);
    this.sending.delete(partition);
  }

  /** No partition can be followed; null: they can be again. */
  following(outage: string | null): void {
    this.outage = outage;
  }

  /** Why notifications wait; null where none does. */
  problem(): string | null {
    if (this.outage !== null) return `the log cannot be followed: ${this.outage}`;
    const failures = [...this.failures].sort(([, a], [, b]) => a.since - b.since);
    const [oldest] = failures;
    if (oldest === undefined) return null;
    const seconds = Math.round((performance.now() - oldest[1].since) / 1000);
    const partitions = failures.map(([partition]) => partition).sort((a, b) => a - b);
    return `${oldest[1].reason}; retrying for ${seconds} s, partitions blocked: ${partitions.join(', ')}`;
  }

  /** How long ago the oldest notification was received that is being sent, in seconds; 0 where none is. */
  lagSeconds(now: number): number {
    const oldest = Math.min(now, ...this.sending.values());
    return (now - oldest) / 1000;
  }
}
