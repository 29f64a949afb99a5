/**
 * A fold as small as can be, for comparison: a task's status is what its last event says, a subtask's likewise. It knows no
 * duplicates, no disorder and no contradictions. It stands for "what anyone would write", not for what is right.
 */
import { createHash } from 'node:crypto';

/** An event as an anchor reads it. */
export interface EventRead {
  readonly offset: number;
  readonly logged: string;
  readonly value: string;
}

/** Values in the order of the columns in task-tables.ts. */
export type Row = readonly (string | number | null)[];

export interface FoldedRows {
  readonly history: Row[];
  readonly tasks: Row[];
  readonly states: Row[];
  readonly subtasks: Row[];
  readonly notifications: Row[];
  /** Raw offsets below this are applied. */
  readonly rawApplied: number;
}

interface Data {
  readonly account: string;
  readonly task_id: string;
  readonly kind?: string;
  readonly key?: string;
  readonly notification_id?: string;
  readonly event_type?: string;
  readonly transport?: string;
  readonly digest?: string;
  readonly size?: number;
  readonly events?: number;
}

/** What a record's value says. */
export interface Spelled {
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly recordedtime: string;
  readonly trust: string;
  readonly causationid: string;
  readonly rawoffset: string;
  readonly mapper: string;
  readonly data: Data;
}

interface Task {
  readonly account: string;
  readonly taskId: string;
  readonly firstReceived: string;
  kind: string;
  status: string;
  updated: string;
  version: number;
  readonly subtasks: Record<string, { kind: string; status: string }>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const NOTIFICATION = 'notification.received';
const STATUS = /^(task|subtask)\.(queued|started|finished|progressed|succeeded|failed)$/;

/** Parsed once, with the key of its task. */
export interface Keyed extends EventRead {
  readonly event: Spelled;
  readonly key: string;
}

export function keyed(read: EventRead): Keyed {
  const event = JSON.parse(read.value) as Spelled;
  return { ...read, event, key: `\\x${sha256(JSON.stringify([event.data.account, event.data.task_id]))}` };
}

/** The exact text of the data, which comes last. */
export function dataText(value: string): string {
  return value.slice(value.indexOf('"data":') + '"data":'.length, -1);
}

/** Folds a batch of one partition, in its order, onto the states that its tasks had. */
export function foldBatch(events: readonly Keyed[], states: ReadonlyMap<string, string>): FoldedRows {
  const tasks = new Map<string, Task>();
  const rows: FoldedRows = { history: [], tasks: [], states: [], subtasks: [], notifications: [], rawApplied: 0 };
  let rawApplied = 0;
  for (const one of events) {
    const task = tasks.get(one.key) ?? stateOf(one, states.get(one.key));
    tasks.set(one.key, task);
    apply(task, one.event);
    rows.history.push(historyRow(one));
    if (one.event.data.notification_id !== undefined) {
      rows.notifications.push(notificationRow(one));
      rawApplied = Number(one.event.rawoffset) + 1;
    }
  }
  for (const key of [...tasks.keys()].sort()) addTask(rows, key, tasks.get(key));
  return { ...rows, rawApplied };
}

function stateOf({ event }: Keyed, state: string | undefined): Task {
  if (state !== undefined) return JSON.parse(state) as Task;
  const { recordedtime: received, data } = event;
  const named = { account: data.account, taskId: data.task_id, firstReceived: received };
  return { ...named, kind: 'unknown', status: 'unknown', updated: received, version: 0, subtasks: {} };
}

function apply(task: Task, event: Spelled): void {
  const { data } = event;
  const [, what, status] = STATUS.exec(typeOf(event)) ?? [];
  if (typeOf(event) === NOTIFICATION) task.version += 1;
  task.updated = event.recordedtime;
  if (what === 'task' && status !== undefined) {
    task.status = status;
    task.kind = data.kind ?? task.kind;
  }
  if (data.key !== undefined) {
    const before = task.subtasks[data.key];
    task.subtasks[data.key] = { kind: data.kind ?? '', status: status ?? before?.status ?? 'unknown' };
  }
}

const typeOf = ({ type }: Spelled): string => type.slice('mps.'.length);

function historyRow({ offset, logged, value, event, key }: Keyed): Row {
  const { id, subject = null, time = null, recordedtime, trust, causationid, mapper, rawoffset, data } = event;
  const named = [id, typeOf(event), data.key ?? null, data.account, subject];
  const about = [trust, causationid, mapper, rawoffset];
  return [offset, key, ...named, time, recordedtime, logged, ...about, dataText(value)];
}

function notificationRow({ offset, event, key }: Keyed): Row {
  const { rawoffset, trust, recordedtime, data } = event;
  const named = [rawoffset, data.notification_id ?? '', data.kind ?? null, data.event_type ?? null];
  const task = [data.account, key, data.task_id, JSON.stringify(data.task_id)];
  const how = [data.transport ?? '', trust, recordedtime];
  return [...named, ...task, ...how, data.digest ?? null, data.size ?? null, data.events ?? null, offset];
}

function addTask(rows: FoldedRows, key: string, task: Task | undefined): void {
  if (task === undefined) return;
  const { account, taskId, kind, status, version, firstReceived, updated } = task;
  rows.tasks.push([key, account, taskId, JSON.stringify(taskId), kind, status, version, firstReceived, updated]);
  const state = JSON.stringify(task);
  rows.states.push([key, state, sha256(state)]);
  for (const [name, one] of Object.entries(task.subtasks))
    rows.subtasks.push([key, `\\x${sha256(JSON.stringify(name))}`, name, one.kind, one.status]);
}
