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
  readonly header: (name: string) => string | null;
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
const STATUS = /^(task|subtask)\.(queued|started|finished|progressed|succeeded|failed)$/;

/** Parsed once, with the key of its task. */
export interface Keyed extends EventRead {
  readonly data: Data;
  readonly key: string;
}

export function keyed(event: EventRead): Keyed {
  const data = JSON.parse(event.value) as Data;
  return { ...event, data, key: `\\x${sha256(JSON.stringify([data.account, data.task_id]))}` };
}

/** Folds a batch of one partition, in its order, onto the states that its tasks had. */
export function foldBatch(events: readonly Keyed[], states: ReadonlyMap<string, string>): FoldedRows {
  const tasks = new Map<string, Task>();
  const rows: FoldedRows = { history: [], tasks: [], states: [], subtasks: [], notifications: [], rawApplied: 0 };
  let rawApplied = 0;
  for (const event of events) {
    const task = tasks.get(event.key) ?? stateOf(event, states.get(event.key));
    tasks.set(event.key, task);
    apply(task, event);
    rows.history.push(historyRow(event));
    if (event.data.notification_id !== undefined) {
      rows.notifications.push(notificationRow(event));
      rawApplied = Number(event.header('ce_rawoffset')) + 1;
    }
  }
  for (const key of [...tasks.keys()].sort()) addTask(rows, key, tasks.get(key));
  return { ...rows, rawApplied };
}

function stateOf({ data, header }: Keyed, state: string | undefined): Task {
  if (state !== undefined) return JSON.parse(state) as Task;
  const received = header('ce_recordedtime') ?? '';
  const named = { account: data.account, taskId: data.task_id, firstReceived: received };
  return { ...named, kind: 'unknown', status: 'unknown', updated: received, version: 0, subtasks: {} };
}

function apply(task: Task, { data, header }: Keyed): void {
  const type = typeOf(header);
  const [, what, status] = STATUS.exec(type) ?? [];
  task.version += 1;
  task.updated = header('ce_recordedtime') ?? '';
  if (what === 'task' && status !== undefined) {
    task.status = status;
    task.kind = data.kind ?? task.kind;
  }
  if (data.key !== undefined) {
    const before = task.subtasks[data.key];
    task.subtasks[data.key] = { kind: data.kind ?? '', status: status ?? before?.status ?? 'unknown' };
  }
}

const typeOf = (header: EventRead['header']): string => (header('ce_type') ?? '').slice('mps.'.length);

function historyRow({ offset, logged, value, header, data, key }: Keyed): Row {
  const times = [header('ce_time'), header('ce_recordedtime'), logged];
  const about = [header('ce_trust'), header('ce_causationid'), header('ce_mapper'), header('ce_rawoffset')];
  return [offset, key, header('ce_id'), typeOf(header), data.key ?? null, ...times, ...about, value];
}

function notificationRow({ offset, header, data, key }: Keyed): Row {
  const named = [header('ce_rawoffset'), data.notification_id ?? '', data.kind ?? null, data.event_type ?? null];
  const task = [data.account, key, data.task_id, JSON.stringify(data.task_id)];
  const how = [data.transport ?? '', header('ce_trust'), header('ce_recordedtime')];
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
