import type { EventLog, LogRecord } from '@mps-ledger/event-log';
import { eventId } from '@mps-ledger/mps';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';

/** A raw record of which all events are appended, by its `notification.received`. */
export interface DerivedRecord {
  readonly rawOffset: number;
  readonly notificationId: string;
  /** SHA-256 of the bytes that were derived, hex. */
  readonly digest: string;
  /** Why nothing was derived of it; undefined where something was. */
  readonly reason: string | undefined;
}

/** The `notification.received` events of a window of the event log. */
export interface DerivedWindow {
  /** Where the window begins; nothing before it was read yet. */
  readonly from: number;
  /** In the order of the log; empty where the window has only other records. */
  readonly derived: readonly DerivedRecord[];
}

const FIRST_WINDOW_RECORDS = 1_000;
const MAX_WINDOW_RECORDS = 16_000;

/**
 * Reads one partition of the event log from its end back to its beginning, in windows that double, and yields what was derived by
 * each. Holds one batch of records at a time. Records that are no events, or foreign ones, are skipped.
 */
export async function* derivedBackwards(
  log: Pick<EventLog, 'read' | 'endPositions'>,
  partition: number,
): AsyncGenerator<DerivedWindow> {
  const ends = await log.endPositions(TOPICS.events);
  let window = FIRST_WINDOW_RECORDS;
  for (let to = ends[partition] ?? 0; to > 0; window = Math.min(2 * window, MAX_WINDOW_RECORDS)) {
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

/** Null for any other record, also for a forged `notification.received`: its id follows from its content. */
function derivedRecord(record: LogRecord): DerivedRecord | null {
  const decoded = fromEventRecord(record);
  if (!decoded.ok || decoded.event.type !== 'notification.received') return null;
  const { id, data, hearing } = decoded.event;
  const { account, notification_id: notificationId, digest, reason } = data;
  const taskId = data.task_id ?? null;
  if (id !== eventId(account, taskId, 'notification.received', null, notificationId)) return null;
  return { rawOffset: hearing.rawOffset, notificationId, digest, reason };
}
