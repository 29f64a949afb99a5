import type { Pool } from 'pg';
import { describeTask, encodeState, initialState } from '@mps-ledger/tasks';
import type { LiveResultReported, NotificationReceived, SubtaskView, TaskState, TaskView } from '@mps-ledger/tasks';
import { readModelIn, type ReadModel } from '../read-model';
import { taskKey } from '../task-key';
import { lockCheckpoint } from './checkpoint';
import type { CheckpointState, Partition } from './checkpoint';
import { errorCodeRows, NO_ERROR_CODES, updatedByCode } from './error-codes';
import { derivedNotificationRow, historyRow, parkedRow } from './event-rows';
import { liveItemRows } from './live-items';
import { NO_REPORT_CHANGES, reportChanges } from './report-changes';
import { bytesText } from './rows';
import type { BatchRows } from './rows';
import { subtaskRow, taskRow } from './task-rows';
import { NO_REPORTS, taskReports } from './task-reports';
import { digestOf } from './text';
import { inTransaction, ROLLBACK } from '@mps-ledger/database';
import { fitStanding, transitionRow, type StandingChange } from './transitions';
import { writeBatch } from './write-batch';
import type { CheckpointMove } from './write-batch';

const EPOCH = '1970-01-01T00:00:00.000Z';

/**
 * Checks that this database accepts rows in each of the tables, and commits: it distinguishes a batch that is rejected from a
 * database that rejects everything. The rows are harmless and rolled back; the commit changes nothing.
 *
 * Resolves when all of it succeeds, rejects with the database's error otherwise.
 */
export async function probeWrites({ schema, db: pool }: ReadModel<Pool>, at: Partition): Promise<void> {
  await inTransaction(pool, async (client) => {
    const model = readModelIn(schema, client);
    const checkpoint = await lockCheckpoint(model, at.topic, at.partition);
    await writeBatch(model, at, probeRows(), unmoved(checkpoint));
    return [ROLLBACK, undefined];
  });
  await inTransaction(pool, async (client) => {
    const model = readModelIn(schema, client);
    const checkpoint = await lockCheckpoint(model, at.topic, at.partition);
    await writeBatch(model, at, NOTHING, unmoved(checkpoint));
    return ['commit', undefined];
  });
}

const NOTHING: BatchRows = {
  ...{ history: [], tasks: [], states: [], subtasks: [], liveItems: [], notifications: [], parked: [] },
  transitions: [],
  errorCodes: NO_ERROR_CODES,
  reports: NO_REPORT_CHANGES,
};

function unmoved({ position, last, ...rest }: CheckpointState): CheckpointMove {
  return {
    position,
    lastOffset: last?.offset ?? null,
    lastDigest: last?.digest ?? null,
    ...rest,
    completeAsOf: null,
  };
}

/** A notification that was never sent, of a task that does not exist. */
const NEVER_SENT: NotificationReceived = {
  id: '',
  type: 'notification.received',
  occurred: null,
  hearing: { trust: 'file', received: EPOCH, causationId: '', rawOffset: -1, mapper: '' },
  data: {
    account: '',
    task_id: '',
    notification_id: '',
    kind: 'unknown',
    digest: '',
    size: 0,
    transport: '',
    events: 0,
    events_digest: '',
    event_ids: [],
  },
};

/** A live stream of one item. */
const NEVER_HEARD: LiveResultReported = {
  ...NEVER_SENT,
  type: 'live.result-reported',
  data: { account: '', task_id: '', notification_type: '', results: { ResultInfo: { FileResults: [{ Url: '' }] } } },
};

const OPEN_SUBTASK: SubtaskView = {
  key: '',
  kind: '',
  definition: null,
  status: 'unknown',
  progress: null,
  error_code: null,
  error_code_ext: null,
  error_class: null,
  retryable: null,
  error_note: null,
  message: null,
  input: null,
  output: null,
  contradicted: false,
  revised: false,
  superseded: false,
  twins: null,
  ends: [],
};

/** With an error code. */
const FAILED: TaskView = { ...describeTask(initialState, 0), error_code: 'never' };

/** A task that ended with an error. */
const NEVER_DONE: TaskState = {
  ...initialState,
  claims: [{ id: '', end: 'failed', trust: 'file', time: '', errorCode: 'never' }],
};

/** The first transition of that task. */
const FIRST_HEARD: StandingChange = {
  ...{
    record: { offset: -1, logged: EPOCH },
    rawOffset: -1,
    task: bytesText(taskKey('', '')),
    account: '',
    taskId: '',
  },
  ...{ state: initialState, version: 0, standing: fitStanding(initialState, 0), previous: null },
};

/** What is said of a record of which nothing could be read. */
const NOTHING_READ = {
  reason: '',
  task: null,
  eventId: null,
  type: null,
  causationId: null,
  rawOffset: null,
  received: null,
};

/** One row for each table, at an offset that no log has. */
function probeRows(): BatchRows {
  const key = bytesText(taskKey('', ''));
  const state = encodeState(initialState);
  const about = {
    key,
    account: '',
    taskId: '',
    parked: 0,
    halfRaw: [],
    version: 0,
    standing: null,
    firstReceived: EPOCH,
    updated: EPOCH,
  };
  const record = { offset: -1, logged: EPOCH, key: null, value: null, headers: {} };
  const task = taskRow(about, FAILED);
  const codes = errorCodeRows(task, FAILED);
  return {
    history: [historyRow(record, { event: NEVER_SENT, dataText: '{}' }, key)],
    tasks: [task],
    states: [{ task_key: key, state, digest: digestOf(state) }],
    subtasks: [subtaskRow(key, OPEN_SUBTASK)],
    errorCodes: {
      written: codes,
      gone: [{ task_key: key, error_code: 'another' }],
      shown: updatedByCode(codes, task.updated),
    },
    liveItems: liveItemRows([{ event: NEVER_HEARD, task: key }]),
    notifications: [derivedNotificationRow(NEVER_SENT, -1, key)],
    parked: [parkedRow(record, NOTHING_READ)],
    transitions: [transitionRow(FIRST_HEARD)],
    reports: reportChanges([
      { before: NO_REPORTS, after: taskReports({ key, account: '', firstReceived: EPOCH }, NEVER_DONE) },
    ]),
  };
}
