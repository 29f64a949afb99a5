import type { Json } from '@mps-ledger/tasks';

import { digestOf, textOf } from './canonical';
import { isObject, own, pick } from './json';

/** The members of a subtask's Input that, beside Definition, set two subtasks of one kind apart. */
export type KeyMembers = readonly string[] | 'whole-input';

export interface SubtaskKey {
  readonly key: string;
  /** The canonical text of Input.Definition. */
  readonly definition: string | undefined;
}

/**
 * A subtask's stable key inside its task: `kind:definition:digest`, below a parent `parent/kind:definition:digest`. The
 * digest is the first 8 hex digits of the digest of the key members that are there, empty where there are none; `%`, `:`
 * and `/` inside a part are percent-escaped, so that no name can spell another key. Positions in an array are never part
 * of it, since the order may change.
 *
 * @param input the subtask's Input in normal form
 */
export function subtaskKey(
  parent: string | null,
  kind: string,
  members: KeyMembers,
  input: Json | undefined,
): SubtaskKey {
  const definition = textOf(isObject(input) ? own(input, 'Definition') : undefined);
  const telling = tellingInput(members, input);
  const digest = telling === undefined ? '' : digestOf(telling).slice(0, 8);
  const key = [kind, definition ?? '', digest].map(escaped).join(':');
  return { key: parent === null ? key : `${parent}/${key}`, definition };
}

/** An unknown kind is told apart by its whole Input; Definition has a part of its own, so it is left out here. */
function tellingInput(members: KeyMembers, input: Json | undefined): Json | undefined {
  if (!isObject(input)) return members === 'whole-input' ? input : undefined;
  const names = members === 'whole-input' ? Object.keys(input).filter((name) => name !== 'Definition') : members;
  const present = pick(input, names);
  return Object.keys(present).length === 0 ? undefined : present;
}

function escaped(part: string): string {
  return /[%:/]/.test(part) ? part.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll('/', '%2F') : part;
}
