import {
  derivedNotificationRow,
  historyRow,
  liveItemRows,
  loadTasks,
  notedAmong,
  parkedRow,
  reportChanges,
} from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, ReadModel } from '@mps-ledger/read-model';
import { accountedBefore } from '../raw-progress';
import type { TasksToFold, ToRows } from '../to-rows';
import { groupByTask, readRecords } from './decode';
import type { DecodedBatch, DecodedEvent } from './decode';
import { foldTask } from './fold-task';
import type { FoldedTask } from './fold-task';
import type { AppliedNotifications } from './follow-task';
import { cutAtNotification } from './whole-notifications';

/** Reads tasks of one partition as they are stored, in the transaction that has locked its checkpoint. */
export type LoadTasks = (model: ReadModel, keys: readonly Bytes[], partition: number) => Promise<TasksToFold>;

/**
 * Turns event records into rows: a history row for each event, for each task the fold of its history so far, and a notification
 * row for each `notification.received`.
 *
 * @param partitions number of partitions of the topic
 * @param load default: from the rows.
 */
export function eventsProjection(partitions: number, load: LoadTasks = loadTasks): ToRows {
  return async (model, at, records, { park, checkpoint, hold }) => {
    const reads = readRecords(records, at.partition, partitions, park);
    const rawOffsets = reads.flatMap(({ raw }) => raw ?? []);
    const isAccounted = await accountedBefore(model, at.partition, checkpoint, rawOffsets);
    const whole = cutAtNotification(reads, isAccounted, hold);
    const applied = reads.slice(0, whole.count);
    const decoded = groupByTask(applied, park);
    const keys = decoded.tasks.map(({ key }) => key);
    const stored = await load(model, keys, at.partition);
    const endedRawOffsets = applied.flatMap(({ raw, isLast }) => (isLast ? (raw ?? []) : []));
    const storedNotifications = await notedAmong(model, at.partition, endedRawOffsets.filter(isAccounted));
    const { rows, folded } = foldBatch(decoded, stored, { ...whole, isAccounted, stored: storedNotifications });
    const received = rows.notifications.map((notification) => notification.received);
    const heldFrom = reads[whole.count]?.record.offset ?? null;
    return { rows, stored, folded, endedRawOffsets, received, heldFrom };
  };
}

/** Which notifications a batch completes or leaves half applied, and which are stored already. */
export interface BatchNotifications extends Omit<AppliedNotifications, 'first'> {
  /** Raw offsets with a notification row: a repeated `notification.received` of these does not count. */
  readonly stored: ReadonlySet<number>;
}

/** The rows that a decoded batch and the stored tasks add up to. Pure. */
export function rowsOf(decoded: DecodedBatch, stored: TasksToFold, applied: BatchNotifications): BatchRows {
  return foldBatch(decoded, stored, applied).rows;
}

function foldBatch(decoded: DecodedBatch, stored: TasksToFold, applied: BatchNotifications) {
  const first = firstReceived(decoded.events, applied.stored);
  const whole = { ...applied, first };
  const folded = decoded.tasks.map((task) => foldTask(task, stored.get(task.key) ?? null, whole)).sort(byTask);
  const refused = new Map(folded.flatMap((task) => task.refused.map((one) => [one.record, one])));
  const events = refused.size === 0 ? decoded.events : decoded.events.filter(({ record }) => !refused.has(record));
  const toPark = [...decoded.toPark, ...refused.values()];
  const notifications = notificationRows(events, first);
  const rows: BatchRows = {
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
  return { rows, folded: new Map(folded.map(({ row, after }) => [row.task_key, after])) };
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
