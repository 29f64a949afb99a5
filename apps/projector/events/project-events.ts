import { derivedNotificationRow, historyRow, loadTasks, notedAmong, parkedRow } from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, TaskToFold } from '@mps-ledger/read-model';
import type { Project } from '../batch';
import { accountedBefore } from '../raw-progress';
import { groupByTask, readRecords } from './decode';
import type { DecodedBatch, Heard } from './decode';
import { foldTask } from './fold-task';
import type { FoldedTask } from './fold-task';
import { wholeNotifications } from './whole-notifications';
import type { Whole } from './whole-notifications';

/**
 * Makes the rows of event records: each event a history row, each task the fold of its history so far, each
 * `notification.received` the row of its notification.
 *
 * @param partitions of the topic.
 */
export function eventsProjection(partitions: number): Project {
  return async (client, at, records, { park, progress, hold }) => {
    const reads = readRecords(records, at.partition, partitions, park);
    const raws = reads.flatMap(({ raw }) => raw ?? []);
    const isAccounted = await accountedBefore(client, at.partition, progress, raws);
    const whole = wholeNotifications(reads, isAccounted, hold);
    const applied = reads.slice(0, whole.count);
    const decoded = groupByTask(applied, park);
    const stored = await loadTasks(
      client,
      decoded.tasks.map(({ key }) => key),
    );
    const named = applied.flatMap(({ raw, isLast }) => (isLast ? (raw ?? []) : []));
    const noted = await notedAmong(client, at.partition, named.filter(isAccounted));
    const rows = rowsOf(decoded, stored, { ...whole, noted });
    const received = rows.notifications.map((notification) => notification.received);
    return { rows, named, received, heldFrom: reads[whole.count]?.record.offset ?? null };
  };
}

/** What a batch means for whole notifications. */
export interface Heeded extends Pick<Whole, 'completed' | 'half'> {
  /** Raw offsets of which there is a notification's row already: what is heard of them again counts for nothing. */
  readonly noted: ReadonlySet<number>;
}

/** The rows of a decoded batch over what is stored of its tasks. Pure. */
export function rowsOf(decoded: DecodedBatch, stored: ReadonlyMap<Bytes, TaskToFold>, whole: Heeded): BatchRows {
  const folded = decoded.tasks.map((task) => foldTask(task, stored.get(task.key) ?? null, whole)).sort(byTask);
  const refused = new Map(folded.flatMap((task) => task.refused.map((one) => [one.record, one])));
  const heard = refused.size === 0 ? decoded.heard : decoded.heard.filter(({ record }) => !refused.has(record));
  const unfit = [...decoded.unfit, ...refused.values()];
  const notifications = notificationRows(heard).filter(({ offset }) => !whole.noted.has(offset));
  const first = countByTask(notifications);
  return {
    history: heard.map((one) => historyRow(one.record, one, one.task)),
    tasks: folded.map(({ row }) => ({ ...row, version: row.version + (first.get(row.task_key) ?? 0) })),
    states: folded.flatMap(({ state }) => state ?? []),
    subtasks: folded.flatMap(({ subtasks }) => subtasks),
    errorCodes: {
      written: folded.flatMap(({ errorCodes }) => errorCodes.written),
      gone: folded.flatMap(({ errorCodes }) => errorCodes.gone),
    },
    notifications,
    parked: unfit.map(({ record, about }) => parkedRow(record, about)),
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

/** One row per raw record: where one was derived again, the first counts. */
function notificationRows(heard: readonly Heard[]): NotificationRow[] {
  const byRawOffset = new Map<number, NotificationRow>();
  for (const { record, event, task } of heard) {
    if (event.type !== 'notification.received' || byRawOffset.has(event.hearing.rawOffset)) continue;
    byRawOffset.set(event.hearing.rawOffset, derivedNotificationRow(event, record.offset, task));
  }
  return [...byRawOffset.values()];
}
