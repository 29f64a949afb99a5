import { createPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import type { TaskAnswer } from './task-answer';

/** An operation of a JSON Patch (RFC 6902); only these are made. */
export type PatchOperation = Extract<Operation, { readonly op: 'add' | 'remove' | 'replace' }>;

/**
 * The JSON Patch that turns one answer about a task into another. Subtasks are compared by their key. Lists of the provider are replaced as a
 * whole, and so are its large objects, and those with a member that programs refuse in a path (`__proto__` and the like): the patch
 * grows with the two answers, and so does the time that it takes.
 */
export function patchBetween(from: TaskAnswer, to: TaskAnswer): readonly PatchOperation[] {
  const { subtasks: before, ...task } = from;
  const { subtasks: after, ...later } = to;
  return [...operations(task, later, ''), ...subtaskOperations(before, after)];
}

type Subtasks = TaskAnswer['subtasks'];

/** Both are in the order of their keys. An index is that of the list as the operations before have left it. */
function subtaskOperations(before: Subtasks, after: Subtasks): readonly PatchOperation[] {
  const known = new Map(before.map((subtask) => [subtask.key, subtask]));
  const left = new Set(after.map(({ key }) => key));
  const removed = before.flatMap(({ key }, index) =>
    left.has(key) ? [] : [{ op: 'remove' as const, path: `/subtasks/${index}` }],
  );
  const others = after.flatMap((subtask, index) => {
    const path = `/subtasks/${index}`;
    const earlier = known.get(subtask.key);
    return earlier === undefined ? [{ op: 'add' as const, path, value: subtask }] : operations(earlier, subtask, path);
  });
  // From the last on, so that no index of another one changes.
  return [...removed.reverse(), ...others];
}

function operations(from: object, to: object, path: string): PatchOperation[] {
  const patch = createPatch(from, to, (input: unknown, output: unknown, pointer) =>
    isCompared(input, output) ? undefined : replaced(input, output, pointer.toString()),
  );
  return (patch as PatchOperation[]).map((operation) => ({ ...operation, path: path + operation.path }));
}

function replaced(input: unknown, output: unknown, path: string): Operation[] {
  return JSON.stringify(input) === JSON.stringify(output) ? [] : [{ op: 'replace', path, value: output }];
}

const REFUSED_IN_PATHS = ['__proto__', 'constructor', 'prototype'];

/** Members of an object that are compared one by one. */
const MOST_MEMBERS = 1_000;

/** Whether two values are compared member by member. */
function isCompared(input: unknown, output: unknown): boolean {
  return [input, output].every((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const members = Object.keys(value);
    return members.length <= MOST_MEMBERS && !members.some((name) => REFUSED_IN_PATHS.includes(name));
  });
}
