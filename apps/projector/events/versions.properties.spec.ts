import * as fc from 'fast-check';
import { anyDerivingSteps, anyNotificationsAbout, checkProperty } from '@mps-ledger/spec-kit';
import { encodeState, foldAtVersion, versionOf } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { toEventRecord } from '@mps-ledger/records';
import { derivedBy, PARTITION, rawsOf, TASKS } from '../testing/derived-again';
import { PartitionLog } from '../testing/partition-log';
import { projected } from '../testing/projected';

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
