import { fold, initialState } from './task';
import type { TaskState } from './task';
import type { TaskEvent } from './task-events';

/**
 * The version that a task's history comes to, given in log order: how many notifications named it. What is heard again of one raw
 * record, after a crash or by a former owner, counts for nothing.
 */
export function versionOf(history: readonly TaskEvent[]): number {
  return firstReceived(history).length;
}

/**
 * The task as it was at a version: the fold of its history, given in log order, up to the notification that made it so. Answers the
 * same however often, and between what, anything was appended again: whoever derives a notification has seen all before it on the
 * log. Version 0 is a task of which nothing was heard; null: the history has no such version.
 */
export function foldAtVersion(history: readonly TaskEvent[], version: number): TaskState | null {
  if (version === 0) return initialState;
  const place = firstReceived(history)[version - 1];
  return place === undefined ? null : fold(initialState, history.slice(0, place + 1));
}

/** Where the first `notification.received` of each raw record is. */
function firstReceived(history: readonly TaskEvent[]): readonly number[] {
  const known = new Set<number>();
  const places: number[] = [];
  for (const [place, { type, hearing }] of history.entries()) {
    if (type !== 'notification.received' || known.has(hearing.rawOffset)) continue;
    known.add(hearing.rawOffset);
    places.push(place);
  }
  return places;
}
