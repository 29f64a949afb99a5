import { isEmpty, keyForm } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { digestOfSorted, keyTextOf } from '../document/canonical';
import { isObject, own, pick } from '../document/json';

/** The members of a subtask's Input that, besides Definition, distinguish two subtasks of one kind. */
export type KeyMembers = readonly string[] | 'whole-input';

export interface SubtaskKey {
  readonly key: string;
  /** The canonical text of Input.Definition; for a result by language, the languages. */
  readonly definition: string | undefined;
}

/** Number of hex digits of the digest in a key. */
const DIGEST_DIGITS = 16;

/**
 * A subtask's stable key inside its task: `kind:definition:digest`, below a parent `parent/kind:definition:digest`. The
 * digest is the first 16 hex digits of the digest of the present key members, in key form; empty if there are none. `%`, `:` and `/`
 * inside a part are percent-escaped, so that no name can produce another key. Array positions are never part of a key, since the
 * order may change.
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
  const keyMembers = keyForm(keyInput(members, input) ?? {});
  const digest = isEmpty(keyMembers) ? '' : digestOfSorted(keyMembers).slice(0, DIGEST_DIGITS);
  return { key: keyOf(parent, kind, definition, digest), definition };
}

/** The key of a subtask without Input, such as a result by language. */
export function keyByDefinition(parent: string, kind: string, definition: string | undefined): SubtaskKey {
  return { key: keyOf(parent, kind, definition, ''), definition };
}

function keyOf(parent: string | null, kind: string, definition: string | undefined, digest: string): string {
  const key = [kind, definition ?? '', digest].map(escaped).join(':');
  return parent === null ? key : `${parent}/${key}`;
}

/** The part of Input that goes into the digest: for an unknown kind all of it. Definition has its own part of the key. */
function keyInput(members: KeyMembers, input: Json | undefined): Json | undefined {
  if (!isObject(input)) return members === 'whole-input' ? input : undefined;
  return pick(input, members === 'whole-input' ? Object.keys(input).filter((name) => name !== 'Definition') : members);
}

function escaped(part: string): string {
  return /[%:/]/.test(part) ? part.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll('/', '%2F') : part;
}
