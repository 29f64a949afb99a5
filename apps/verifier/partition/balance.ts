import type { HistoryRow } from '@mps-ledger/read-model';
import type { Fate } from './applied';
import type { Derivation } from './derivation';
import { DigestTable } from './digest-table';
import { digestOfId } from './ids';

const ON_LOG = 1;
const BELOW = 2;
const IN_HISTORY = 4;
const PARKED = 8;
const BEYOND = 16;
const CONFLICT = 32;

/** Flags by the numbers of a table. */
class Flags {
  private flags = new Uint8Array(1_024);

  set(number: number, flag: number): void {
    if (number >= this.flags.length) {
      const more = new Uint8Array(Math.max(number + 1, this.flags.length * 2));
      more.set(this.flags);
      this.flags = more;
    }
    this.flags[number] = this.of(number) | flag;
  }

  of(number: number): number {
    return this.flags[number] ?? 0;
  }

  count(size: number, matches: (flags: number) => boolean): number {
    let count = 0;
    for (let number = 0; number < size; number += 1) if (matches(this.of(number))) count += 1;
    return count;
  }
}

/** The sums of one partition, over distinct ids. */
export interface Sums {
  /** Of what is derived: ids on the raw log, of notification.received, and of those in history, parked or yet to come. */
  readonly notifications: { readonly raw: number; readonly received: number; readonly applied: number };
  /** appended = applied + parked + lag, where each id counts once. */
  readonly events: {
    readonly appended: number;
    readonly applied: number;
    readonly parked: number;
    readonly lag: number;
  };
  /** Rows of history, and event records below the checkpoint that were not parked. */
  readonly records: { readonly history: number; readonly applicable: number };
}

/** Counts distinct ids of one partition: on the raw log, on the event log, in history. */
export class Balance {
  private readonly events = new DigestTable();
  private readonly eventFlags = new Flags();
  private readonly notificationFlags = new Flags();
  /** Of each notification, the number of its notification.received; -1 for none yet. */
  private readonly receivedIds: number[] = [];
  private historyRows = 0;
  private applicable = 0;

  constructor(
    private readonly derivation: Derivation,
    /** Raw records before this one are derived. */
    private readonly derived: number,
  ) {}

  /** An event record of the log, and what became of it. */
  meetEvent(eventId: string, fate: Fate): void {
    const number = this.events.add(digestOfId(eventId));
    const isBelow = fate !== 'beyond';
    this.eventFlags.set(number, ON_LOG | (isBelow ? BELOW : 0) | (fate === 'parked' ? PARKED : 0));
    if (isBelow && fate !== 'parked') this.applicable += 1;
  }

  /** A notification.received of the log. Answers false where the notification is not on the raw log. */
  meetReceived(notificationId: string, eventId: string, fate: Fate): boolean {
    const number = this.derivation.notifications.find(digestOfId(notificationId));
    if (number < 0) return false;
    const event = this.events.add(digestOfId(eventId));
    const known = this.receivedIds[number] ?? -1;
    this.receivedIds[number] = known < 0 ? event : known;
    this.notificationFlags.set(number, ON_LOG | (known >= 0 && known !== event ? CONFLICT : 0));
    if (fate === 'parked') this.notificationFlags.set(number, PARKED);
    if (fate === 'beyond') this.notificationFlags.set(number, BEYOND);
    return true;
  }

  meetHistory(row: HistoryRow): void {
    this.historyRows += 1;
    this.eventFlags.set(this.events.add(digestOfId(row.event_id)), IN_HISTORY);
    if (row.type !== 'notification.received') return;
    const number = this.derivation.notifications.find(digestOfId(row.causation_id));
    if (number >= 0) this.notificationFlags.set(number, IN_HISTORY);
  }

  /** What is wrong with how often a notification (by the number of its id) was said to be received. */
  problemOf(notification: number): 'none' | 'several' | null {
    const flags = this.notificationFlags.of(notification);
    if ((flags & CONFLICT) !== 0) return 'several';
    return (flags & ON_LOG) === 0 ? 'none' : null;
  }

  sums(): Sums {
    const has = (flag: number) => (flags: number) => (flags & flag) !== 0;
    const { size } = this.events;
    const count = (matches: (flags: number) => boolean): number => this.eventFlags.count(size, matches);
    const ofNotifications = (flag: number): number => this.notificationFlags.count(this.derived, has(flag));
    return {
      notifications: {
        raw: this.derived,
        received: ofNotifications(ON_LOG),
        applied: ofNotifications(IN_HISTORY | PARKED | BEYOND),
      },
      events: {
        appended: count(has(ON_LOG)),
        applied: count(has(IN_HISTORY)),
        parked: count((flags) => (flags & (PARKED | IN_HISTORY)) === PARKED),
        lag: count((flags) => (flags & (ON_LOG | BELOW | IN_HISTORY)) === ON_LOG),
      },
      records: { history: this.historyRows, applicable: this.applicable },
    };
  }
}
