import { derivedNotificationRow, historyRow, loadTasks, parkedRow } from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, TaskToFold } from '@mps-ledger/read-model';
import type { Project } from '../batch';
import { decode } from './decode';
import type { DecodedBatch, Heard } from './decode';
import { foldTask } from './fold-task';
import type { FoldedTask } from './fold-task';

/**
 * Makes the rows of event records: each event a history row, each task the fold of its history so far, each
 * `notification.received` the row of its notification.
 *
 * @param partitions of the topic.
 */
export function eventsProjection(partitions: number): Project {
  return async (client, at, records, park) => {
    const decoded = decode(records, at.partition, partitions, park);
    const stored = await loadTasks(
      client,
      decoded.tasks.map(({ key }) => key),
    );
    const rows = rowsOf(decoded, stored);
    const received = rows.notifications.map((notification) => notification.received);
    return { rows, named: decoded.named, received };
  };
}

/** The rows of a decoded batch over what is stored of its tasks. Pure. */
export function rowsOf(decoded: DecodedBatch, stored: ReadonlyMap<Bytes, TaskToFold>): BatchRows {
  const folded = decoded.tasks.map((task) => foldTask(task, stored.get(task.key) ?? null)).sort(byTask);
  const refused = new Map(folded.flatMap((task) => task.refused.map((one) => [one.record, one])));
  const heard = refused.size === 0 ? decoded.heard : decoded.heard.filter(({ record }) => !refused.has(record));
  const unfit = [...decoded.unfit, ...refused.values()];
  return {
    history: heard.map(({ record, event, task }) => historyRow(record, event, task)),
    tasks: folded.map(({ row }) => row),
    states: folded.flatMap(({ state }) => state ?? []),
    subtasks: folded.flatMap(({ subtasks }) => subtasks),
    notifications: notificationRows(heard),
    parked: unfit.map(({ record, about }) => parkedRow(record, about)),
  };
}

function byTask(a: FoldedTask, b: FoldedTask): number {
  return a.row.task_key < b.row.task_key ? -1 : 1;
}

/** One row per raw record: where one was derived again, the first counts. */
function notificationRows(heard: readonly Heard[]): NotificationRow[] {
  const byRawOffset = new Map<number, NotificationRow>();
  for (const { record, event, task } of heard) {
    if (event.type !== 'notification.received' || byRawOffset.has(event.hearing.rawOffset)) continue;
    byRawOffset.set(event.hearing.rawOffset, derivedNotificationRow(event, record.offset, task));
  }
  return [...byRawOffset.values()];
}
