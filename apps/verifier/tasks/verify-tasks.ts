import { partitionOf } from '@mps-ledger/event-log';
import {
  bytesText,
  scanErrorCodes,
  scanFailures,
  scanHistoryByTask,
  scanLiveItems,
  scanParkedByTask,
  scanStates,
  scanSubtasks,
  scanTasks,
  scanTransitions,
  scanUpdated,
  taskKey,
} from '@mps-ledger/read-model';
import type { Bytes, TaskRow } from '@mps-ledger/read-model';
import { partitionKey } from '@mps-ledger/records';
import { laneOf, type Lane } from '../lane';
import type { Difference } from '../report/findings';
import type { Scope } from '../scope';
import { compareTask, type TaskRows } from './compare-task';
import { compareLiveItems } from './live-items';
import { ReportsCheck } from './reports';
import { TaskLife } from './task-life';
import { TransitionCheck } from './transitions';

/**
 * Folds the history of each task again, task by task in the order of their keys, and compares what it comes to with the
 * task's rows.
 */
export async function verifyTasks(scope: Scope): Promise<void> {
  const { model, findings, identity, progress } = scope;
  const check = findings.check('state');
  const lanes = {
    history: laneOf(scanHistoryByTask(model)),
    parked: laneOf(scanParkedByTask(model)),
    task: laneOf(scanTasks(model)),
    state: laneOf(scanStates(model)),
    subtask: laneOf(scanSubtasks(model)),
    errorCode: laneOf(scanErrorCodes(model)),
    updated: laneOf(scanUpdated(model)),
    liveItem: laneOf(scanLiveItems(model)),
    transition: laneOf(scanTransitions(model)),
    failure: laneOf(scanFailures(model)),
  };
  const reports = new ReportsCheck(findings.check('reports'));
  for (;;) {
    const key = await lowestKey(Object.values(lanes));
    if (key === null) return reports.end(model);
    const transitions = new TransitionCheck(findings.check('transitions'), lanes.transition, key);
    const life = await lifeOf(lanes, key, transitions, () => progress.advance());
    await transitions.end();
    const [task, ...more] = await allOf(lanes.task, key);
    const [state, ...states] = await allOf(lanes.state, key);
    const subtasks = await allOf(lanes.subtask, key);
    const [errorCodes, updated] = [await allOf(lanes.errorCode, key), await allOf(lanes.updated, key)];
    const rows = { task, state, subtasks, errorCodes, updated };
    check.saw();
    if (more.length + states.length > 0) await check.differs(() => at(key, rows, 'a task has several rows, or states'));
    for (const difference of differencesOf(key, life, rows, identity.partitions))
      await check.differs(() => ({ ...at(key, rows, difference.what), ...difference }));
    await reports.meet(key, life, await allOf(lanes.failure, key));
    for await (const difference of compareLiveItems(life.liveItems, lanes.liveItem, key))
      await check.differs(() => ({ ...at(key, rows, difference.what), ...difference }));
  }
}

type ByTask = { readonly task_key: Bytes | null };

async function lowestKey(lanes: readonly Lane<ByTask>[]): Promise<Bytes | null> {
  let lowest: Bytes | null = null;
  for (const lane of lanes) {
    const key = (await lane.peek())?.task_key ?? null;
    if (key !== null && (lowest === null || key < lowest)) lowest = key;
  }
  return lowest;
}

async function allOf<Row extends ByTask>(lane: Lane<Row>, key: Bytes): Promise<Row[]> {
  const rows: Row[] = [];
  for (let row = await lane.peek(); row?.task_key === key; row = await lane.peek()) {
    rows.push(row);
    await lane.take();
  }
  return rows;
}

interface Life {
  readonly history: ReturnType<typeof laneOf<Parameters<TaskLife['addHistory']>[0]>>;
  readonly parked: ReturnType<typeof laneOf<Parameters<TaskLife['addParked']>[0]>>;
}

/** Both kinds of records in the order of the log. */
async function lifeOf(
  { history, parked }: Life,
  key: Bytes,
  transitions: TransitionCheck,
  onRow: () => void,
): Promise<TaskLife> {
  const life = new TaskLife();
  for (;;) {
    const applied = await history.peek();
    const parkedRow = await parked.peek();
    const isApplied = applied?.task_key === key;
    const isParked = parkedRow?.task_key === key;
    if (!isApplied && !isParked) return life;
    if (isApplied && (!isParked || applied.offset < parkedRow.offset)) {
      const transition = life.addHistory(applied);
      if (transition !== null) await transitions.meet({ ...transition, partition: applied.partition });
      onRow();
      await history.take();
    } else if (parkedRow !== undefined) {
      life.addParked(parkedRow);
      await parked.take();
    }
  }
}

function differencesOf(key: Bytes, life: TaskLife, rows: TaskRows, partitions: number): Omit<Difference, 'where'>[] {
  if (life.applied + life.parked === 0) return [{ what: 'there are rows of a task that has no history' }];
  const state = life.folded();
  if (life.problem !== null) return [{ what: `the task’s history cannot be folded: ${life.problem}` }];
  const subject = life.subject ?? subjectOf(rows.task);
  if (subject === null)
    return rows.task === undefined ? [{ what: 'a task has no row' }] : [{ what: 'the row’s TaskId is no JSON text' }];
  const { account, taskId } = subject;
  if (bytesText(taskKey(account, taskId)) !== key) return [{ what: 'the key of the task is not that of its TaskId' }];
  const home = partitionOf(partitionKey(account, taskId), partitions);
  const isHome = life.partition === home;
  const stray = isHome
    ? []
    : [{ what: 'the task’s history is in a partition that is not its own', expected: home, got: life.partition }];
  return [...stray, ...compareTask({ key, account, taskId }, life, state, rows)];
}

function subjectOf(row: TaskRow | undefined): { readonly account: string; readonly taskId: string } | null {
  try {
    const taskId: unknown = JSON.parse(row?.task_id_json ?? '');
    return row !== undefined && typeof taskId === 'string' ? { account: row.account, taskId } : null;
  } catch {
    return null;
  }
}

function at(key: Bytes, { task }: TaskRows, what: string): Difference {
  const named = task === undefined ? {} : { account: task.account, task_id: task.task_id };
  return { what, where: { ...named, task_key: key } };
}
