import { PARK_NOTHING, type ParkList } from '@mps-ledger/consuming';
import { lastStanding } from '@mps-ledger/read-model';
import type { BatchRows, Bytes, TaskToFold, TransitionRow } from '@mps-ledger/read-model';
import {
  cutAtNotification,
  groupByTask,
  readRecords,
  rowsOf,
  type BatchNotifications,
} from '@mps-ledger/task-projection';
import { decodeState, initialState } from '@mps-ledger/tasks';
import { LOG, type PartitionLog } from './partition-log';

/** What is stored of each task, which notifications have a row or are parked, all transitions, and how the reports changed. */
export interface ProjectedTasks {
  readonly tasks: Map<Bytes, TaskToFold & { readonly taskId: string }>;
  readonly noted: Set<number>;
  readonly parked: Set<number>;
  readonly transitions: TransitionRow[];
  readonly reports: BatchRows['reports'][];
}

/** Projects a log in batches of these lengths, holding what is not whole, as the projector does, without a database. */
export function projected(
  log: PartitionLog,
  lengths: readonly number[],
  limit: number,
  park: ParkList = PARK_NOTHING,
): ProjectedTasks {
  const rows: ProjectedTasks = {
    ...{ tasks: new Map(), noted: new Set(), parked: new Set(), transitions: [], reports: [] },
  };
  const isAccounted = (before: ReadonlySet<number>) => (raw: number) => before.has(raw);
  let from = 0;
  for (let batch = 0, to = 0; to < log.end; batch += 1) {
    to = Math.min(log.end, to + 1 + (lengths[batch % lengths.length] ?? 0));
    const limits = { records: to === log.end ? 0 : limit, bytes: 1e9 };
    const accounted = isAccounted(new Set([...rows.noted, ...rows.parked]));
    const reads = readRecords(log.batch(from, to).records, log.partition, LOG.partitions, park);
    const whole = cutAtNotification(reads, accounted, limits);
    const applied = reads.slice(0, whole.count);
    apply(rows, groupByTask(applied, park), { ...whole, isAccounted: accounted, stored: new Set(rows.noted) });
    for (const { raw, isLast, content } of applied)
      if (isLast && raw !== null && 'about' in content) rows.parked.add(raw);
    from = reads[whole.count]?.record.offset ?? to;
  }
  return rows;
}

function apply(rows: ProjectedTasks, decoded: ReturnType<typeof groupByTask>, whole: BatchNotifications): void {
  const written = rowsOf(decoded, rows.tasks, whole);
  const states = new Map(written.states.map(({ task_key, state }) => [task_key, state]));
  for (const row of written.tasks) {
    const { task_key: key, task_id: taskId, version, parked, half_raw: half, first_received } = row;
    const text = states.get(key) ?? rows.tasks.get(key)?.text ?? null;
    const state = text === null ? initialState : decodeState(text);
    const halfRaw = half?.split(' ').map(Number) ?? [];
    const standing = lastStanding(row);
    rows.tasks.set(key, { taskId, version, parked, halfRaw, standing, state, text, firstReceived: first_received });
  }
  for (const { offset } of written.notifications) rows.noted.add(offset);
  rows.transitions.push(...written.transitions);
  rows.reports.push(written.reports);
}
