import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { partitionOf } from '@mps-ledger/event-log';
import type { BatchRows } from '@mps-ledger/read-model';
import { toEventRecord } from '@mps-ledger/records';
import { anyEvent, checkProperty } from '@mps-ledger/spec-kit';
import { describeTask } from '@mps-ledger/tasks';
import type { SubtaskView, TaskEvent, TaskView } from '@mps-ledger/tasks';
import { LOG, PartitionLog } from '../testing/partition-log';
import { projected, type ProjectedTasks } from '../testing/projected';

const PARTITION = partitionOf('task-1', LOG.partitions);

/** Events of one task, of which outputs have a size, and of which several subtasks may fail alike. */
const anySized = fc.tuple(anyEvent, fc.nat(3)).map(([event, size]): TaskEvent => {
  const isSized = event.type === 'subtask.succeeded' || event.type === 'task.finished';
  const output = isSized ? { output: { Size: 10 * size, Duration: size / 2 } } : {};
  const key = event.type === 'subtask.failed' ? { key: `${event.data.key}${size}` } : {};
  const data = { ...event.data, ...output, ...key };
  const id = createHash('sha256')
    .update(JSON.stringify([event.id, size]))
    .digest('hex');
  return { ...event, id, data } as TaskEvent;
});
const anyLog = fc.array(anySized, { maxLength: 25 });
const anyCuts = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 6 });

const logOf = (events: readonly TaskEvent[]) => new PartitionLog(PARTITION).append(...events.map(toEventRecord));

type Reports = BatchRows['reports'];

/** The rows of the tables that changes add up to, batch by batch, by their keys. */
function tablesOf({ reports }: ProjectedTasks) {
  const failures = new Map<string, Reports['failures'][number]>();
  const sums = {
    groups: new Map<string, object>(),
    counts: new Map<string, object>(),
    usage: new Map<string, object>(),
  };
  const failureKey = ({ task_key, group_key, hour }: Reports['gone'][number]) => `${task_key} ${group_key} ${hour}`;
  for (const { failures: written, gone, ...added } of reports) {
    for (const row of gone) expect(failures.delete(failureKey(row))).toBe(true);
    for (const row of written) failures.set(failureKey(row), row);
    for (const name of ['groups', 'counts', 'usage'] as const) for (const row of added[name]) addTo(sums[name], row);
  }
  return { failures, ...sums };
}

const isSum = (name: string): boolean => /^(count|.*tasks|output_milliseconds|output_bytes)$/.test(name);

/** Members that are sums are added to those of the row with the same other members; a row of nothing is not there. */
function addTo(rows: Map<string, object>, row: object): void {
  const [sums, others] = [true, false].map((is) => Object.entries(row).filter(([name]) => isSum(name) === is));
  const key = JSON.stringify(others);
  const before = new Map(Object.entries(rows.get(key) ?? {}));
  const after = sums!.map(([name, more]) => [name, Number(before.get(name) ?? 0) + Number(more)] as const);
  if (after.every(([, sum]) => sum === 0)) rows.delete(key);
  else rows.set(key, Object.fromEntries(after));
}

const sumOf = (rows: ReadonlyMap<string, object>, name: string): number =>
  [...rows.values()].reduce((sum, row) => sum + Number(new Map(Object.entries(row)).get(name)), 0);

const ended = ({ twins, status }: SubtaskView, end: 'succeeded' | 'failed'): number =>
  twins === null ? Number(status === end) : twins[end];

/** What a task shows, by its API. */
function shown(view: TaskView) {
  const failed_subtasks = view.subtasks.reduce((sum, one) => sum + ended(one, 'failed'), 0);
  const isEnded = view.confirmation !== null;
  return {
    tasks: Number(isEnded),
    failed_tasks: Number(view.error_class !== null),
    subtasks: failed_subtasks + view.subtasks.reduce((sum, one) => sum + ended(one, 'succeeded'), 0),
    failed_subtasks,
  };
}

/** Of the output of a good end, if it has one. */
function bytesOf({ output, error_class }: Pick<TaskView, 'output' | 'error_class'>): number {
  const { Size: size } = (output ?? {}) as { readonly Size?: number };
  return error_class === null ? (size ?? 0) : 0;
}

test('reports are the same however the log is cut into batches', () => {
  let found = 0;
  checkProperty(
    fc.property(anyLog, anyCuts, (events, cuts) => {
      const log = logOf(events);
      const whole = tablesOf(projected(log, [1_000], 0));
      expect(tablesOf(projected(log, cuts, 0))).toEqual(whole);
      found += whole.failures.size;
    }),
    200,
  );
  expect(found).toBeGreaterThan(0);
});

test('reports add up to what the tasks show, and sums of failures to the failures', () => {
  let found = 0;
  checkProperty(
    fc.property(anyLog, anyCuts, (events, cuts) => {
      const rows = projected(logOf(events), cuts, 0);
      const { failures, groups, counts, usage } = tablesOf(rows);
      const views = [...rows.tasks.values()].map(({ state, parked }) => describeTask(state, parked));
      for (const name of ['tasks', 'failed_tasks', 'subtasks', 'failed_subtasks'] as const)
        expect([name, sumOf(usage, name)]).toEqual([name, views.reduce((sum, view) => sum + shown(view)[name], 0)]);
      const failed = views.reduce((sum, view) => sum + shown(view).failed_tasks + shown(view).failed_subtasks, 0);
      expect([sumOf(failures, 'count'), sumOf(groups, 'count'), sumOf(counts, 'count')]).toEqual([
        failed,
        failed,
        2 * failed,
      ]);
      const all = views.flatMap((view) => [view, ...view.subtasks]);
      if (views.every(({ subtasks }) => subtasks.every(({ twins }) => twins === null))) {
        const bytes = all.reduce((sum, one) => sum + bytesOf(one), 0);
        expect([sumOf(usage, 'output_bytes'), sumOf(usage, 'output_milliseconds')]).toEqual([bytes, bytes * 50]);
        found += bytes;
      }
    }),
    200,
  );
  expect(found).toBeGreaterThan(0);
});
