import type { EventLog, LogGuard } from '@mps-ledger/event-log';
import type { SeenEventEnd } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';

/**
 * How far the event log reaches, as it was last read. Nothing but the lag in events is made of it, so a single reading counts: what is
 * wrong in one is gone with the next.
 */
export class EventEnds {
  private ends: readonly number[] = [];
  private asOf = '';

  constructor(private readonly log: Pick<EventLog, 'endPositions'> & { readonly guard: Pick<LogGuard, 'isSame'> }) {}

  /** Reads the ends; those that were read before stay where that fails. `asOf`: the database's clock by now. */
  async read(asOf: string): Promise<void> {
    const ends = await this.log.endPositions(TOPICS.events).catch(() => null);
    if (ends === null) return;
    this.ends = ends;
    this.asOf = asOf;
  }

  /** Null: of another topic, not read yet, or of a partition that is not verified to be of the expected log. */
  of(topic: string, partition: number): SeenEventEnd | null {
    const end = this.ends[partition];
    if (topic !== TOPICS.events || end === undefined || !this.log.guard.isSame(topic, partition)) return null;
    return { end, asOf: this.asOf };
  }
}
