import {
  derivedNotificationRow,
  historyRow,
  liveItemRows,
  loadTasks,
  notedAmong,
  parkedRow,
  reportChanges,
} from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, TaskToFold } from '@mps-ledger/read-model';
import type { ToRows } from '../project-rows';
import { accountedBefore } from '../raw-progress';
import { groupByTask, readRecords } from './decode';
import type { DecodedBatch, DecodedEvent } from './decode';
import { foldTask } from './fold-task';
import type { FoldedTask } from './fold-task';
import type { AppliedNotifications } from './follow-task';
import { cutAtNotification } from './whole-notifications';

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
    const rows = rowsOf(decoded, stored, { ...whole, isAccounted, stored: storedNotifications });
    const received = rows.notifications.map((notification) => notification.received);
    return { rows, endedRawOffsets, received, heldFrom: reads[whole.count]?.record.offset ?? null };
  };
}

/** Which notifications a batch completes or leaves half applied, and which are stored already. */
export interface BatchNotifications extends Omit<AppliedNotifications, 'first'> {
  /** Raw offsets with a notification row: a repeated `notification.received` of these does not count. */
  readonly stored: ReadonlySet<number>;
}

/** The rows that a decoded batch and the stored tasks add up to. Pure. */
export function rowsOf(
  decoded: DecodedBatch,
  stored: ReadonlyMap<Bytes, TaskToFold>,
  applied: BatchNotifications,
): BatchRows {
  const first = firstReceived(decoded.events, applied.stored);
  const whole = { ...applied, first };
  const folded = decoded.tasks.map((task) => foldTask(task, stored.get(task.key) ?? null, whole)).sort(byTask);
  const refused = new Map(folded.flatMap((task) => task.refused.map((one) => [one.record, one])));
  const events = refused.size === 0 ? decoded.events : decoded.events.filter(({ record }) => !refused.has(record));
  const toPark = [...decoded.toPark, ...refused.values()];
  const notifications = notificationRows(events, first);
  return {
    history: events.map((one) => historyRow(one.record, one, one.task)),
    tasks: folded.map(({ row }) => row),
    states: folded.flatMap(({ state }) => state ?? []),
    subtasks: folded.flatMap(({ subtasks }) => subtasks),
    errorCodes: {
      written: folded.flatMap(({ errorCodes }) => errorCodes.written),
      gone: folded.flatMap(({ errorCodes }) => errorCodes.gone),
      shown: folded.flatMap(({ errorCodes }) => errorCodes.shown),
    },
    liveItems: liveItemRows(events),
    notifications,
    parked: toPark.map(({ record, about }) => parkedRow(record, about)),
    transitions: folded.flatMap(({ transitions }) => transitions).sort((a, b) => a.offset - b.offset),
    reports: reportChanges(folded.flatMap(({ reports }) => reports ?? [])),
  };
}

function byTask(a: FoldedTask, b: FoldedTask): number {
  return a.row.task_key < b.row.task_key ? -1 : 1;
}

/** Offsets of the `notification.received` that are the first of their raw record, by raw offset. */
function firstReceived(events: readonly DecodedEvent[], stored: ReadonlySet<number>): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const { record, event } of events) {
    const { rawOffset } = event.hearing;
    if (event.type !== 'notification.received' || first.has(rawOffset) || stored.has(rawOffset)) continue;
    first.set(rawOffset, record.offset);
  }
  return first;
}

/** One row per raw record: where a raw record was derived more than once, the first `notification.received` counts. */
function notificationRows(
  events: readonly DecodedEvent[],
  first: ReadonlyMap<number, number>,
): readonly NotificationRow[] {
  return events.flatMap(({ record, event, task }) =>
    event.type === 'notification.received' && first.get(event.hearing.rawOffset) === record.offset
      ? [derivedNotificationRow(event, record.offset, task)]
      : [],
  );
}
