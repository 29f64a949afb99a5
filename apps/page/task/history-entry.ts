import type { AnswerOf } from '../api/answers';

export type ReadHistoryItem = AnswerOf<'getTaskHistory'>['items'][number];

/** An item of the history as the timeline shows it; a parked one may have no event that can be read. */
export interface HistoryEntry {
  readonly position: string;
  readonly logged: string;
  readonly annotations: ReadHistoryItem['annotations'];
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
  /** The version that the task had with its notification; null where not all of the history is read. */
  readonly version: number | null;
  /** It is the last of its notification: with it the task has that version. */
  readonly endsVersion: boolean;
}

/** The items as entries; `versions` have been counted before them, null: not all of the history is read. */
export function entriesOf(items: readonly ReadHistoryItem[], versions: number | null = 0): readonly HistoryEntry[] {
  let ended = versions ?? 0;
  return items.map((item) => {
    const event = (typeof item.event === 'object' && item.event !== null ? item.event : {}) as Readonly<
      Record<string, unknown>
    >;
    const text = (name: string): string | null => (typeof event[name] === 'string' ? event[name] : null);
    const type = (text('type') ?? 'unreadable').replace(/^mps\./, '');
    const endsVersion = type === 'notification.received' && !item.annotations.includes('parked');
    const version = ended + 1;
    if (endsVersion) ended += 1;
    return {
      ...{ position: item.position, logged: item.logged, annotations: item.annotations, type, event: item.event },
      ...{ trust: text('trust'), occurred: text('time'), received: text('recordedtime') },
      notificationId: text('causationid'),
      data: (typeof event['data'] === 'object' && event['data'] !== null ? event['data'] : {}) as HistoryEntry['data'],
      reason: 'reason' in item ? item.reason : null,
      version: versions === null ? null : version,
      endsVersion: versions !== null && endsVersion,
    };
  });
}
