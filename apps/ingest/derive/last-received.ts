import type { EventLog, LogRecord } from '@mps-ledger/event-log';
import { eventId } from '@mps-ledger/mps';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';

/** What the event log says of one raw record: all its events are appended. */
export interface DerivedRecord {
  readonly rawOffset: number;
  readonly notificationId: string;
  /** SHA-256 of the bytes that were derived, hex. */
  readonly digest: string;
  /** Why nothing was derived of it; undefined for most. */
  readonly reason: string | undefined;
}

/** The `notification.received` events of a stretch of the event log. */
export interface DerivedStretch {
  /** Where the stretch begins; nothing before it was read yet. */
  readonly from: number;
  /** In the order of the log; none where the stretch has only other records. */
  readonly derived: readonly DerivedRecord[];
}

const LEAST_WINDOW = 1_000;
const MOST_WINDOW = 16_000;

/**
 * Reads one partition of the event log from its end back to its beginning, in windows that double, and answers what each says
 * was derived. Holds one batch of records at a time. Records that are no events, or not ours, are passed over.
 */
export async function* derivedBackwards(
  log: Pick<EventLog, 'read' | 'endPositions'>,
  partition: number,
): AsyncGenerator<DerivedStretch> {
  const ends = await log.endPositions(TOPICS.events);
  let window = LEAST_WINDOW;
  for (let to = ends[partition] ?? 0; to > 0; window = Math.min(2 * window, MOST_WINDOW)) {
    const from = Math.max(0, to - window);
    const derived: DerivedRecord[] = [];
    for await (const records of log.read({ topic: TOPICS.events, partition, from, to }))
      for (const record of records) {
        const found = derivedRecord(record);
        if (found !== null) derived.push(found);
      }
    yield { from, derived };
    to = from;
  }
}

/** Null for any other record, also one that only looks like `notification.received`: its id follows from what it says. */
function derivedRecord(record: LogRecord): DerivedRecord | null {
  const decoded = fromEventRecord(record);
  if (!decoded.ok || decoded.event.type !== 'notification.received') return null;
  const { id, data, hearing } = decoded.event;
  const { account, notification_id: notificationId, digest, reason } = data;
  const taskId = data.task_id ?? null;
  if (id !== eventId(account, taskId, 'notification.received', null, notificationId)) return null;
  return { rawOffset: hearing.rawOffset, notificationId, digest, reason };
}
