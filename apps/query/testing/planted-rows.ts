import {
  bytesText,
  derivedNotificationRow,
  digestOf,
  errorCodeChanges,
  errorCodeRows,
  fitStanding,
  historyRow,
  liveItemRows,
  loadTasks,
  NO_ERROR_CODES,
  NO_REPORT_CHANGES,
  NO_REPORTS,
  notedAmong,
  parkedRow,
  reportChanges,
  subtaskRow,
  taskKey,
  taskReports,
  taskRow,
  transitionRow,
} from '@mps-ledger/read-model';
import type {
  BatchRows,
  Bytes,
  NotificationRow,
  Partition,
  ReadModel,
  ReportedTask,
  StandingChange,
  TaskToFold,
  TransitionRow,
} from '@mps-ledger/read-model';
import { describeTask, encodeState, fold, initialState, isSameStanding } from '@mps-ledger/tasks';
import type { TaskEvent, TaskStanding, TaskState } from '@mps-ledger/tasks';
import { fromEventRecord, type StoredRecord } from '@mps-ledger/records';
import type { DecodedRecord } from '@mps-ledger/records';

/** An event, its record, and why it is to be parked, if it is. */
export interface PlantedRecord {
  readonly record: StoredRecord;
  readonly event: TaskEvent;
  readonly parked: string | undefined;
}

export const NO_ROWS: BatchRows = {
  ...{
    history: [],
    tasks: [],
    states: [],
    subtasks: [],
    liveItems: [],
    notifications: [],
    parked: [],
    transitions: [],
  },
  errorCodes: NO_ERROR_CODES,
  reports: NO_REPORT_CHANGES,
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
  const first = applied.filter(({ event }) => isReceived(event) && !noted.has(event.hearing.rawOffset));
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

function isReceived({ type }: TaskEvent): boolean {
  return type === 'notification.received';
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
  /** What says of a notification that it was received for the first time: one at most. */
  readonly first: readonly PlantedRecord[];
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
  const version = (stored?.version ?? 0) + first.length;
  const reached = { state, standing: fitStanding(state, parked), version };
  const transitions = transitionsTo({ account, taskId }, stored?.standing ?? null, first, reached);
  const standing = transitions.length > 0 ? reached.standing : (stored?.standing ?? null);
  const { received = '' } = [...applied, ...unfit][0]?.event.hearing ?? {};
  const about = {
    ...{ key, account, taskId, parked, halfRaw: [], version, standing },
    ...{ firstReceived: stored?.firstReceived ?? received, updated: received },
  };
  const subtasks = view.subtasks.map((subtask) => subtaskRow(key, subtask));
  const row = taskRow(about, view);
  const before = describeTask(stored?.state ?? initialState, stored?.parked ?? 0);
  return {
    errorCodes: errorCodeChanges(errorCodeRows(taskRow(about, before), before), errorCodeRows(row, view), row.updated),
    tasks: [row],
    transitions,
    reports: reportsTo(about, stored, state),
    states: applied.length === 0 ? [] : [stateRow(key, encodeState(state))],
    subtasks: subtasks.sort((a, b) => (a.key_digest < b.key_digest ? -1 : 1)),
  };
}

function reportsTo(task: ReportedTask, stored: TaskToFold | undefined, state: TaskState): BatchRows['reports'] {
  const before = stored === undefined ? NO_REPORTS : taskReports(task, stored.state);
  return reportChanges([{ before, after: taskReports(task, state) }]);
}

function stateRow(task_key: Bytes, state: string): BatchRows['states'][number] {
  return { task_key, state, digest: digestOf(state) };
}

/** At what says of a notification that it was received, where the task's standing is another with it. */
function transitionsTo(
  { account, taskId }: { readonly account: string; readonly taskId: string },
  previous: TaskStanding | null,
  first: readonly PlantedRecord[],
  reached: Pick<StandingChange, 'state' | 'standing' | 'version'>,
): readonly TransitionRow[] {
  if (isSameStanding(previous, reached.standing)) return [];
  const task = bytesText(taskKey(account, taskId));
  return first.map(({ record, event: { hearing } }) =>
    transitionRow({ record, rawOffset: hearing.rawOffset, task, account, taskId, ...reached, previous }),
  );
}
