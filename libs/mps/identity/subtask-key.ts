import { isEmpty, keyForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { digestOfSorted, keyTextOf } from '../document/canonical';
import { isObject, own, pick } from '../document/json';

/** The members of a subtask's Input that, beside Definition, set two subtasks of one kind apart. */
export type KeyMembers = readonly string[] | 'whole-input';

export interface SubtaskKey {
  readonly key: string;
  /** The canonical text of Input.Definition; for a result by language, its languages. */
  readonly definition: string | undefined;
}

/** Hex digits of a digest in a key. */
const DIGITS = 16;

/**
 * A subtask's stable key inside its task: `kind:definition:digest`, below a parent `parent/kind:definition:digest`. The
 * digest is the first 16 hex digits of the digest of the key members that are there, in key form, empty where there are
 * none; `%`, `:` and `/` inside a part are percent-escaped, so that no name can spell another key. Positions in an array
 * are never part of it, since the order may change.
 *
 * @param input the subtask's Input in content form
 */
export function subtaskKey(
  parent: string | null,
  kind: string,
  members: KeyMembers,
  input: Json | undefined,
): SubtaskKey {
  const given = isObject(input) ? own(input, 'Definition') : undefined;
  const definition = given === undefined || isEmpty(given) ? undefined : keyTextOf(given);
  const telling = keyForm(tellingInput(members, input) ?? {});
  const digest = isEmpty(telling) ? '' : digestOfSorted(telling).slice(0, DIGITS);
  return { key: keyOf(parent, kind, definition, digest), definition };
}

/** The key of what has no Input, such as a result by language. */
export function keyByDefinition(parent: string, kind: string, definition: string | undefined): SubtaskKey {
  return { key: keyOf(parent, kind, definition, ''), definition };
}

function keyOf(parent: string | null, kind: string, definition: string | undefined, digest: string): string {
  const key = [kind, definition ?? '', digest].map(escaped).join(':');
  return parent === null ? key : `${parent}/${key}`;
}

/** An unknown kind is told apart by its whole Input; Definition has a part of its own, so it is left out here. */
function tellingInput(members: KeyMembers, input: Json | undefined): Json | undefined {
  if (!isObject(input)) return members === 'whole-input' ? input : undefined;
  return pick(input, members === 'whole-input' ? Object.keys(input).filter((name) => name !== 'Definition') : members);
}

function escaped(part: string): string {
  return /[%:/]/.test(part) ? part.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll('/', '%2F') : part;
}
