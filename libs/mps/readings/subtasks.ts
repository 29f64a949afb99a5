import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { childrenOf } from './children';
import type { Content } from './evidence';
import type { Subject } from './finding';
import { RESULT_OBJECTS, RESULT_SETS } from './holder-table';
import type { ResultSet, SubtaskKind } from './holder-table';
import { isObject, listOf, own } from '../document/json';
import type { JsonObject } from '../document/json';
import { isLabelOnly, remainder } from './remainder';
import { subtaskKey } from '../identity/subtask-key';
import { MAX_SEARCH_DEPTH, typeOf, unknownHoldersBelow, unknownHoldersIn } from './unknown-holders';
import type { SearchPosition, UnknownHolder } from './unknown-holders';

/** One subtask as one notification shows it. */
export interface FoundSubtask extends Subject {
  /** The object with Status, Input and so on, in content form; empty if only its Type is known. */
  readonly holder: JsonObject;
  /** Its Output without its second level. */
  readonly output: Json | undefined;
  readonly codeMember?: SubtaskKind['codeMember'];
}

export interface FoundSubtasks {
  /** Result sets in the table's order, each parent before its second level, then those of unknown holders. */
  readonly subtasks: readonly FoundSubtask[];
  /** Whether something in a result set could not be read as a subtask. */
  readonly unread: boolean;
}

/** The subtasks found below one parent, or below the task itself. */
interface Level {
  readonly parent: string | null;
  readonly subtasks: FoundSubtask[];
  /** Objects that are subtasks of their own, to be left out of the parent's output. */
  readonly taken: Set<Json>;
  readonly content: Content;
}

/** All subtasks in a task's body, by the holder table and by Status; each twin is included. */
export function subtasksOf(body: JsonObject, content: Content): FoundSubtasks {
  const level: Level = { parent: null, subtasks: [], taken: new Set(), content };
  let unread = false;
  for (const set of RESULT_SETS) {
    for (const element of listOf(own(body, set.path))) if (!readElement(element, set, level)) unread = true;
  }
  for (const [member, kind] of RESULT_OBJECTS) {
    for (const holder of listOf(own(body, member)).filter((one) => !isEmpty(one))) {
      if (isObject(holder)) addSubtask(holder, kind, level);
      else unread = true;
    }
  }
  addUnknown(unknownHoldersBelow(body, isKnownMember, positionIn(level, [])), level);
  return { subtasks: level.subtasks, unread };
}

function isKnownMember(name: string): boolean {
  return RESULT_OBJECTS.has(name) || RESULT_SETS.some((set) => set.path === name);
}

function positionIn({ parent }: Level, path: readonly string[], type?: string): SearchPosition {
  return { path, type, maxDepth: parent === null ? MAX_SEARCH_DEPTH : Number.POSITIVE_INFINITY };
}

/** Adds the subtasks of one element of a result set. False if the element has content but no subtask. */
function readElement(element: Json, set: ResultSet, level: Level): boolean {
  if (!isObject(element)) return isEmpty(element);
  const before = level.subtasks.length;
  const type = typeOf(element);
  if (set.within === undefined) {
    readHolders(element, set, positionIn(level, [set.path]), level);
  } else {
    for (const inner of listOf(own(element, set.within)).filter(isObject)) {
      readHolders(inner, set, positionIn(level, [set.path, set.within], type), level);
    }
    addUnknown(
      unknownHoldersIn(element, (name) => name === set.within, positionIn(level, [set.path])),
      level,
    );
  }
  if (level.subtasks.length > before) return true;
  if (type === undefined) return isEmpty(element);
  if (isLabelOnly(element)) level.taken.add(element);
  addSubtask({}, set.types.get(type) ?? unknownKind([pathOf(set), type].join('.')), level);
  return true;
}

/** Adds the subtasks of an object whose member names are holders, in canonical order. */
function readHolders(object: JsonObject, set: ResultSet, place: SearchPosition, level: Level): void {
  for (const name of Object.keys(object)) {
    const kind = set.holders.get(name);
    if (kind === undefined) continue;
    for (const holder of listOf(own(object, name))) {
      if (isObject(holder) && !isEmpty(holder)) addSubtask(holder, kind, level);
    }
  }
  addUnknown(
    unknownHoldersIn(object, (name) => set.holders.has(name), place),
    level,
  );
}

function pathOf({ path, within }: ResultSet): string {
  return within === undefined ? path : `${path}.${within}`;
}

function unknownKind(kind: string): SubtaskKind {
  return { kind, keyMembers: 'whole-input', unknown: true };
}

function addUnknown(unknown: readonly UnknownHolder[], level: Level): void {
  for (const { holder, kind } of unknown) addSubtask(holder, unknownKind(kind), level);
}

function addSubtask(holder: JsonObject, kind: SubtaskKind, level: Level): void {
  const { key, definition } = subtaskKey(level.parent, kind.kind, kind.keyMembers, own(holder, 'Input'));
  const below: Level = { ...level, parent: key, subtasks: [], taken: new Set() };
  const output = own(holder, 'Output');
  if (kind.below !== undefined) for (const element of listOf(output)) readElement(element, kind.below, below);
  addChildren(holder, kind, key, below);
  level.taken.add(holder);
  const { kind: name, codeMember } = kind;
  level.subtasks.push({ key, kind: name, definition, holder, output: leftOf(output, below), codeMember });
  for (const child of below.subtasks) level.subtasks.push(child);
}

/** Adds the results below a subtask that are not in the holder table, each with its own members as its output. */
function addChildren(holder: JsonObject, kind: SubtaskKind, key: string, below: Level): void {
  const readByTable = (name: string): boolean => kind.below?.path === name;
  const children = childrenOf(holder, key, kind.unknown !== true, readByTable);
  for (const child of children) below.taken.add(child.holder);
  for (const child of children) {
    below.content.rebuilt(child.holder, child.output);
    below.subtasks.push({ ...child, output: leftOf(child.output, below) });
  }
}

/** The output without its second level; undefined if nothing remains. */
function leftOf(output: Json | undefined, { taken, content }: Level): Json | undefined {
  if (output === undefined || taken.size === 0) return output;
  const left = remainder(output, taken, content.rebuilt);
  return isObject(left) && Object.keys(left).length === 0 ? undefined : left;
}
