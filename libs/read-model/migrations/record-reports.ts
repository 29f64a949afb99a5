import { decodeState, FOLD_VERSION } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import type { ReadModel } from '../read-model';
import { scanRows } from '../scan/pages';
import { FoldVersionMismatch } from '../write/load-tasks';
import { reportChanges } from '../write/report-changes';
import { NO_REPORTS, taskReports, type TaskReports } from '../write/task-reports';
import { writeFailures, writeUsage } from '../write/write-reports';

/** Columns as this migration finds them. */
const TASK = { task_key: 'bytea', account: 'text', partition: 'integer', first_received: 'timestamptz' } as const;
const STATE = { task_key: 'bytea', fold_version: 'integer', state: 'text' } as const;
/** What is written at once: so many tasks, or those with so many ends, of tasks and subtasks. */
const CHUNK = { tasks: 2_000, ends: 20_000 };

interface TaskColumns {
  readonly task_key: Bytes;
  readonly account: string;
  readonly partition: number;
  readonly first_received: string;
}
interface StateColumns {
  readonly task_key: Bytes;
  readonly fold_version: number;
  readonly state: string;
}
interface Reported {
  readonly partition: number;
  readonly reports: TaskReports;
}

/**
 * Writes failures, their sums and usage of the tasks that are there into empty tables, from their states: those that projecting the log again would write. Holds
 * one state, and what a chunk of tasks adds. In the caller's transaction. A later migration that changes these tables can empty them
 * and call it again.
 */
export async function recordReports(model: ReadModel): Promise<void> {
  for await (const chunk of chunksOf(reportedIn(model))) await write(model, chunk);
}

/** What is written together: bounded in tasks and in ends, beside those of one task. */
export async function* chunksOf<One extends { readonly reports: Pick<TaskReports, 'usage'> }>(
  tasks: AsyncIterable<One>,
): AsyncGenerator<readonly One[]> {
  let chunk: One[] = [];
  let ends = 0;
  for await (const one of tasks) {
    chunk.push(one);
    ends += one.reports.usage.length;
    if (chunk.length < CHUNK.tasks && ends < CHUNK.ends) continue;
    yield chunk;
    chunk = [];
    ends = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function write(model: ReadModel, chunk: readonly Reported[]): Promise<void> {
  for (const partition of new Set(chunk.map((one) => one.partition))) {
    const ofPartition = chunk.filter((one) => one.partition === partition);
    const changes = reportChanges(ofPartition.map(({ reports }) => ({ before: NO_REPORTS, after: reports })));
    await writeFailures(model, partition, changes);
    await writeUsage(model, partition, changes);
  }
}

async function* reportedIn(model: ReadModel): AsyncGenerator<Reported> {
  const every = { model, where: 'true', order: ['task_key'] } as const;
  const tasks = scanRows<TaskColumns>({ ...every, table: 'task', columns: TASK, large: [] });
  const states = scanRows<StateColumns>({ ...every, table: 'task_state', columns: STATE, large: ['state'] });
  let task = await tasks.next();
  for await (const { task_key: key, fold_version: version, state } of states) {
    if (version !== FOLD_VERSION) throw new FoldVersionMismatch(model.schema, version);
    while (task.done !== true && task.value.task_key < key) task = await tasks.next();
    if (task.done === true) return;
    // A state without a task is a defect of the rows that the verifier reports.
    if (task.value.task_key !== key) continue;
    const { account, partition, first_received: firstReceived } = task.value;
    yield { partition, reports: taskReports({ key, account, firstReceived }, decodeState(state)) };
  }
}
