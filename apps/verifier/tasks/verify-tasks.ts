import { differencesOf, laneOf, lifeOf, type Lane, type TaskRows } from '@mps-ledger/comparing';
import {
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
} from '@mps-ledger/read-model';
import type { Bytes } from '@mps-ledger/read-model';
import type { Difference } from '../report/findings';
import type { Scope } from '../scope';
import { compareLiveItems } from './live-items';
import { ReportsCheck } from './reports';
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
    const life = await lifeOf(lanes, key, {
      onTransition: (transition) => transitions.meet(transition),
      onRow: () => progress.advance(),
    });
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

function at(key: Bytes, { task }: TaskRows, what: string): Difference {
  const named = task === undefined ? {} : { account: task.account, task_id: task.task_id };
  return { what, where: { ...named, task_key: key } };
}
