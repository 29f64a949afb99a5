import type { AnswerOf } from '../api/answers';

type HistoryItem = AnswerOf<'getTaskHistory'>['items'][number];

/** An item of the history as the timeline shows it; a parked one may have no event that can be read. */
export interface HistoryEntry {
  readonly position: string;
  readonly logged: string;
  readonly annotations: HistoryItem['annotations'];
  /** Without the prefix of CloudEvents types. */
  readonly type: string;
  readonly trust: string | null;
  /** The provider's own time; null where it gives none. */
  readonly occurred: string | null;
  readonly received: string | null;
  readonly notificationId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Why it is parked. */
  readonly reason: string | null;
  /** As it is on the log. */
  readonly event: unknown;
  /** The version that the task had with this notification; null but for what ends one. */
  readonly version: number | null;
}

/** The items as entries; `versions` have been counted before them. */
export function entriesOf(items: readonly HistoryItem[], versions = 0): readonly HistoryEntry[] {
  let version = versions;
  return items.map((item) => {
    const event = (typeof item.event === 'object' && item.event !== null ? item.event : {}) as Readonly<
      Record<string, unknown>
    >;
    const text = (name: string): string | null => (typeof event[name] === 'string' ? event[name] : null);
    const type = (text('type') ?? 'unreadable').replace(/^mps\./, '');
    const endsOne = type === 'notification.received' && !item.annotations.includes('parked');
    if (endsOne) version += 1;
    return {
      ...{ position: item.position, logged: item.logged, annotations: item.annotations, type, event: item.event },
      ...{ trust: text('trust'), occurred: text('time'), received: text('recordedtime') },
      notificationId: text('causationid'),
      data: (typeof event['data'] === 'object' && event['data'] !== null ? event['data'] : {}) as HistoryEntry['data'],
      reason: 'reason' in item ? item.reason : null,
      version: endsOne ? version : null,
    };
  });
}
