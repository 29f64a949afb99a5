import { fold, initialState } from './task';
import type { TaskState } from './task';
import type { TaskEvent } from './task-events';

/**
 * The version of a task after the given history (in log order): the number of notifications that named it. Events that were
 * appended again for the same raw record, after a crash or by a former owner of the partition, do not count.
 */
export function versionOf(history: readonly TaskEvent[]): number {
  return firstNotificationIndexes(history).length;
}

/**
 * The state of a task at a version: the fold of its history (in log order) up to the notification that produced this version.
 * The result does not depend on events that were appended again, since a notification is derived only after everything before it
 * on the log was read. Version 0 is the initial state; null means that the history has no such version.
 */
export function foldAtVersion(history: readonly TaskEvent[], version: number): TaskState | null {
  if (version === 0) return initialState;
  const index = firstNotificationIndexes(history)[version - 1];
  return index === undefined ? null : fold(initialState, history.slice(0, index + 1));
}

/** The index of the first `notification.received` of each raw record. */
function firstNotificationIndexes(history: readonly TaskEvent[]): readonly number[] {
  const known = new Set<number>();
  const indexes: number[] = [];
  for (const [index, { type, hearing }] of history.entries()) {
    if (type !== 'notification.received' || known.has(hearing.rawOffset)) continue;
    known.add(hearing.rawOffset);
    indexes.push(index);
  }
  return indexes;
}
