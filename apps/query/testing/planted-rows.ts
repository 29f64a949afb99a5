import {
  bytesText,
  derivedNotificationRow,
  digestOf,
  errorCodeChanges,
  errorCodeRows,
  historyRow,
  liveItemRows,
  loadTasks,
  NO_ERROR_CODES,
  notedAmong,
  parkedRow,
  subtaskRow,
  taskKey,
  taskRow,
} from '@mps-ledger/read-model';
import type { BatchRows, Bytes, NotificationRow, Partition, ReadModel, TaskToFold } from '@mps-ledger/read-model';
import { describeTask, encodeState, fold, initialState } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { fromEventRecord, type StoredRecord } from '@mps-ledger/records';
import type { DecodedRecord } from '@mps-ledger/records';

/** An event, its record, and why it is to be parked, if it is. */
export interface PlantedRecord {
  readonly record: StoredRecord;
  readonly event: TaskEvent;
  readonly parked: string | undefined;
}

export const NO_ROWS: BatchRows = {
  ...{ history: [], tasks: [], states: [], subtasks: [], liveItems: [], notifications: [], parked: [] },
  errorCodes: NO_ERROR_CODES,
};

/** The rows of a batch that is about one task, or about none. */
export async function rowsOfTask(
  model: ReadModel,
  at: Partition,
  account: string,
  taskId: string | null,
  records: readonly PlantedRecord[],
): Promise<BatchRows> {
  const applied = records.filter(({ parked }) => parked === undefined);
  const unfit = records.filter(({ parked }) => parked !== undefined);
  const key = taskId === null ? null : bytesText(taskKey(account, taskId));
  const notifications = notificationRows(applied, key);
  const offsets = notifications.map(({ offset }) => offset);
  const noted = await notedAmong(model, at.partition, offsets);
  const first = notifications.filter(({ offset }) => !noted.has(offset)).length;
  const stored = key === null ? undefined : (await loadTasks(model, [key])).get(key);
  const ofTask = taskId === null ? {} : rowsOfState(account, taskId, stored, { applied, unfit, first });
  return {
    ...NO_ROWS,
    ...ofTask,
    history: applied.map(({ record }) => historyRow(record, decoded(record), key)),
    liveItems: liveItemRows(applied.map(({ event }) => ({ event, task: key }))),
    notifications,
    parked: unfit.map(({ record, event, parked = '' }) =>
      parkedRow(record, {
        reason: parked,
        task: key,
        eventId: event.id,
        type: event.type,
        causationId: event.hearing.causationId,
        rawOffset: event.hearing.rawOffset,
        received: event.hearing.received,
      }),
    ),
  };
}

function decoded(record: StoredRecord): DecodedRecord {
  const read = fromEventRecord(record);
  if (!read.ok) throw new Error(`it is no event: ${read.reason}`);
  return read;
}

function notificationRows(applied: readonly PlantedRecord[], key: Bytes | null): NotificationRow[] {
  return applied.flatMap(({ record, event }) =>
    event.type === 'notification.received' ? [derivedNotificationRow(event, record.offset, key)] : [],
  );
}

interface PlantedOfTask {
  readonly applied: readonly PlantedRecord[];
  readonly unfit: readonly PlantedRecord[];
  /** How many notifications are said to be received for the first time. */
  readonly first: number;
}

function rowsOfState(
  account: string,
  taskId: string,
  stored: TaskToFold | undefined,
  { applied, unfit, first }: PlantedOfTask,
): Partial<BatchRows> {
  const key = bytesText(taskKey(account, taskId));
  const state = fold(
    stored?.state ?? initialState,
    applied.map(({ event }) => event),
  );
  const parked = (stored?.parked ?? 0) + unfit.length;
  const view = describeTask(state, parked);
  const version = (stored?.version ?? 0) + first;
  const { received = '' } = [...applied, ...unfit][0]?.event.hearing ?? {};
  const about = {
    key,
    account,
    taskId,
    parked,
    halfRaw: [],
    version,
    firstReceived: stored?.firstReceived ?? received,
    updated: received,
  };
  const text = encodeState(state);
  const subtasks = view.subtasks.map((subtask) => subtaskRow(key, subtask));
  const row = taskRow(about, view);
  const before = describeTask(stored?.state ?? initialState, stored?.parked ?? 0);
  return {
    errorCodes: errorCodeChanges(errorCodeRows(taskRow(about, before), before), errorCodeRows(row, view)),
    tasks: [row],
    states: applied.length === 0 ? [] : [{ task_key: key, state: text, digest: digestOf(text) }],
    subtasks: subtasks.sort((a, b) => (a.key_digest < b.key_digest ? -1 : 1)),
  };
}
