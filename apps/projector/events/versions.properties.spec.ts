import * as fc from 'fast-check';
import type { Bytes, TaskToFold } from '@mps-ledger/read-model';
import { anyDerivingSteps, anyNotificationsAbout, checkProperty } from '@mps-ledger/spec-kit';
import { decodeState, encodeState, foldAtVersion, initialState, versionOf } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { toEventRecord } from '@mps-ledger/records';
import { PARK_NOTHING } from '@mps-ledger/consuming';
import { derivedBy, PARTITION, rawsOf, TASKS } from '../testing/derived-again';
import { LOG, PartitionLog } from '../testing/partition-log';
import { groupByTask, readRecords } from './decode';
import { rowsOf } from './project-events';
import { cutAtNotification } from './whole-notifications';

const anyRaws = anyNotificationsAbout(TASKS).map(rawsOf);

const ofTask = (log: readonly TaskEvent[], task: string): readonly TaskEvent[] =>
  log.filter(({ data }) => data.task_id === task);

/** Every version of a task, as the text of its state. */
function versionsOf(log: readonly TaskEvent[], task: string): readonly string[] {
  const history = ofTask(log, task);
  expect(foldAtVersion(history, versionOf(history) + 1)).toBeNull();
  return Array.from({ length: versionOf(history) + 1 }, (_, version) => {
    const state = foldAtVersion(history, version);
    return state === null ? 'none' : encodeState(state);
  });
}

test('every task has the same versions, however often and by however many its raw log is derived, and interrupted', () => {
  checkProperty(
    fc.property(anyRaws, anyDerivingSteps, (parts, taken) => {
      const plain = parts.flat();
      const log = derivedBy(taken, parts);
      for (const task of TASKS) {
        if (task === null) continue;
        const notifications = parts.filter((events) => events.at(-1)?.data.task_id === task);
        expect(versionsOf(log, task)).toEqual(versionsOf(plain, task));
        expect(versionOf(ofTask(log, task))).toBe(notifications.length);
        // Each is the fold of the notifications so far, and of nothing else.
        for (let version = 0; version <= notifications.length; version += 1) {
          const heard = notifications.slice(0, version).flat();
          expect(versionsOf(log, task)[version]).toBe(versionsOf(heard, task).at(-1));
        }
      }
    }),
    1000,
  );
});

/** What is stored of each task, and which notifications have a row. */
interface Rows {
  readonly tasks: Map<Bytes, TaskToFold & { readonly taskId: string }>;
  readonly noted: Set<number>;
}

/** Projects a log in batches of these lengths, holding what is not whole, as the projector does. */
function projected(log: PartitionLog, lengths: readonly number[], limit: number): Rows {
  const rows: Rows = { tasks: new Map(), noted: new Set() };
  let from = 0;
  for (let batch = 0, to = 0; to < log.end; batch += 1) {
    to = Math.min(log.end, to + 1 + (lengths[batch % lengths.length] ?? 0));
    const limits = { records: to === log.end ? 0 : limit, bytes: 1e9 };
    const reads = readRecords(log.batch(from, to).records, PARTITION, LOG.partitions, PARK_NOTHING);
    const whole = cutAtNotification(reads, (raw) => rows.noted.has(raw), limits);
    apply(rows, groupByTask(reads.slice(0, whole.count), PARK_NOTHING), whole);
    from = reads[whole.count]?.record.offset ?? to;
  }
  return rows;
}

function apply(rows: Rows, decoded: ReturnType<typeof groupByTask>, whole: ReturnType<typeof cutAtNotification>): void {
  const written = rowsOf(decoded, rows.tasks, { ...whole, stored: rows.noted });
  const states = new Map(written.states.map(({ task_key, state }) => [task_key, state]));
  for (const { task_key: key, task_id: taskId, version, parked, half_raw: half, first_received } of written.tasks) {
    const text = states.get(key) ?? rows.tasks.get(key)?.text ?? null;
    const state = text === null ? initialState : decodeState(text);
    const halfRaw = half?.split(' ').map(Number) ?? [];
    rows.tasks.set(key, { taskId, version, parked, halfRaw, state, text, firstReceived: first_received });
  }
  for (const { offset } of written.notifications) rows.noted.add(offset);
}

test('the rows have the same versions, however the log is cut into batches', () => {
  const lengths = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 6 });
  checkProperty(
    fc.property(anyRaws, anyDerivingSteps, lengths, fc.nat({ max: 6 }), (parts, taken, cuts, limit) => {
      const log = new PartitionLog(PARTITION).append(...derivedBy(taken, parts).map(toEventRecord));
      const { tasks, noted } = projected(log, cuts, limit);
      expect(noted.size).toBe(parts.length);
      for (const { taskId, version, halfRaw, text } of tasks.values()) {
        const plain = versionsOf(parts.flat(), taskId);
        expect([version, text, halfRaw]).toEqual([plain.length - 1, plain.at(-1), []]);
      }
    }),
    500,
  );
});
