import {
  derivedNotificationRow,
  historyRow,
  liveItemRows,
  loadTasks,
  notedAmong,
  parkedRow,
} from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, TaskToFold } from '@mps-ledger/read-model';
import type { ToRows } from '../project-rows';
import { accountedBefore } from '../raw-progress';
import { groupByTask, readRecords } from './decode';
import type { DecodedBatch, DecodedEvent } from './decode';
import { foldTask } from './fold-task';
import type { FoldedTask } from './fold-task';
import { cutAtNotification } from './whole-notifications';
import type { NotificationCut } from './whole-notifications';

/**
 * Turns event records into rows: a history row for each event, for each task the fold of its history so far, and a notification
 * row for each `notification.received`.
 *
 * @param partitions number of partitions of the topic
 */
export function eventsProjection(partitions: number): ToRows {
  return async (model, at, records, { park, checkpoint, hold }) => {
    const reads = readRecords(records, at.partition, partitions, park);
    const rawOffsets = reads.flatMap(({ raw }) => raw ?? []);
    const isAccounted = await accountedBefore(model, at.partition, checkpoint, rawOffsets);
    const whole = cutAtNotification(reads, isAccounted, hold);
    const applied = reads.slice(0, whole.count);
    const decoded = groupByTask(applied, park);
    const stored = await loadTasks(
      model,
      decoded.tasks.map(({ key }) => key),
    );
    const endedRawOffsets = applied.flatMap(({ raw, isLast }) => (isLast ? (raw ?? []) : []));
    const storedNotifications = await notedAmong(model, at.partition, endedRawOffsets.filter(isAccounted));
    const rows = rowsOf(decoded, stored, { ...whole, stored: storedNotifications });
    const received = rows.notifications.map((notification) => notification.received);
    return { rows, endedRawOffsets, received, heldFrom: reads[whole.count]?.record.offset ?? null };
  };
}

/** Which notifications a batch completes or leaves half applied, and which are stored already. */
export interface AppliedNotifications extends Pick<NotificationCut, 'completed' | 'halfApplied'> {
  /** Raw offsets with a notification row: a repeated `notification.received` of these does not count. */
  readonly stored: ReadonlySet<number>;
}

/** The rows that a decoded batch and the stored tasks add up to. Pure. */
export function rowsOf(
  decoded: DecodedBatch,
  stored: ReadonlyMap<Bytes, TaskToFold>,
  whole: AppliedNotifications,
): BatchRows {
  const folded = decoded.tasks.map((task) => foldTask(task, stored.get(task.key) ?? null, whole)).sort(byTask);
  const refused = new Map(folded.flatMap((task) => task.refused.map((one) => [one.record, one])));
  const events = refused.size === 0 ? decoded.events : decoded.events.filter(({ record }) => !refused.has(record));
  const toPark = [...decoded.toPark, ...refused.values()];
  const notifications = notificationRows(events).filter(({ offset }) => !whole.stored.has(offset));
  const first = countByTask(notifications);
  return {
    history: events.map((one) => historyRow(one.record, one, one.task)),
    tasks: folded.map(({ row }) => ({ ...row, version: row.version + (first.get(row.task_key) ?? 0) })),
    states: folded.flatMap(({ state }) => state ?? []),
    subtasks: folded.flatMap(({ subtasks }) => subtasks),
    errorCodes: {
      written: folded.flatMap(({ errorCodes }) => errorCodes.written),
      gone: folded.flatMap(({ errorCodes }) => errorCodes.gone),
    },
    liveItems: liveItemRows(events),
    notifications,
    parked: toPark.map(({ record, about }) => parkedRow(record, about)),
  };
}

function countByTask(notifications: readonly NotificationRow[]): ReadonlyMap<Bytes | null, number> {
  const counts = new Map<Bytes | null, number>();
  for (const { task_key: key } of notifications) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function byTask(a: FoldedTask, b: FoldedTask): number {
  return a.row.task_key < b.row.task_key ? -1 : 1;
}

/** One row per raw record: where a raw record was derived more than once, the first `notification.received` counts. */
function notificationRows(events: readonly DecodedEvent[]): NotificationRow[] {
  const byRawOffset = new Map<number, NotificationRow>();
  for (const { record, event, task } of events) {
    if (event.type !== 'notification.received' || byRawOffset.has(event.hearing.rawOffset)) continue;
    byRawOffset.set(event.hearing.rawOffset, derivedNotificationRow(event, record.offset, task));
  }
  return [...byRawOffset.values()];
}
