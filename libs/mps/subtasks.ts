import type { Json } from '@mps-ledger/tasks';

import type { Subject } from './finding';
import { RESULT_OBJECTS, RESULT_SETS } from './holder-table';
import type { ResultSet, SubtaskKind } from './holder-table';
import { isObject, listOf, own } from './json';
import type { JsonObject } from './json';
import { saysNothing } from './normal-form';
import { subtaskKey } from './subtask-key';
import { typeOf, unknownHoldersBelow, unknownHoldersIn } from './unknown-holders';
import type { Place, UnknownHolder } from './unknown-holders';

/** One subtask as one notification shows it. */
export interface Subtask extends Subject {
  /** The object with Status, Input and the rest, in normal form; empty where only its Type is known. */
  readonly holder: JsonObject;
  /** Its Output, unless that only holds a second level. */
  readonly output: Json | undefined;
}

export interface FoundSubtasks {
  /** Result sets in the table's order, each parent before its second level, then those of unknown holders. */
  readonly subtasks: readonly Subtask[];
  /** Whether something in a result set could not be read as a subtask. */
  readonly unread: boolean;
}

/** All subtasks in a task's body, by the holder table; twins as often as they are shown. */
export function subtasksOf(body: JsonObject): FoundSubtasks {
  const subtasks: Subtask[] = [];
  let unread = false;
  for (const set of RESULT_SETS) {
    for (const element of listOf(own(body, set.path))) {
      if (!readElement(element, set, null, subtasks)) unread = true;
    }
  }
  for (const [member, kind] of RESULT_OBJECTS) {
    for (const holder of listOf(own(body, member))) {
      if (isObject(holder)) addSubtask(holder, kind, null, subtasks);
      else if (!saysNothing(holder)) unread = true;
    }
  }
  addUnknown(unknownHoldersBelow(body, isKnownMember, { path: [], type: undefined }), null, subtasks);
  return { subtasks, unread };
}

function isKnownMember(name: string): boolean {
  return RESULT_OBJECTS.has(name) || RESULT_SETS.some((set) => set.path === name);
}

/** Adds the subtasks of one element of a result set. False if there is something in it, but no subtask. */
function readElement(element: Json, set: ResultSet, parent: string | null, subtasks: Subtask[]): boolean {
  if (!isObject(element)) return saysNothing(element);
  const before = subtasks.length;
  const type = typeOf(element);
  if (set.within === undefined) {
    readRoom(element, set, { path: [set.path], type: undefined }, parent, subtasks);
  } else {
    for (const inner of listOf(own(element, set.within)).filter(isObject)) {
      readRoom(inner, set, { path: [set.path, set.within], type }, parent, subtasks);
    }
    const beside = unknownHoldersIn(element, (name) => name === set.within, { path: [set.path], type: undefined });
    addUnknown(beside, parent, subtasks);
  }
  if (subtasks.length > before) return true;
  if (type === undefined) return saysNothing(element);
  addSubtask({}, set.types.get(type) ?? unknownKind([pathOf(set), type].join('.')), parent, subtasks);
  return true;
}

/** Adds what is in an object that holds subtasks by the members' names, in their canonical order. */
function readRoom(room: JsonObject, set: ResultSet, place: Place, parent: string | null, subtasks: Subtask[]): void {
  for (const name of Object.keys(room)) {
    const kind = set.holders.get(name);
    if (kind === undefined) continue;
    for (const holder of listOf(own(room, name)).filter(isObject)) addSubtask(holder, kind, parent, subtasks);
  }
  addUnknown(
    unknownHoldersIn(room, (name) => set.holders.has(name), place),
    parent,
    subtasks,
  );
}

function pathOf({ path, within }: ResultSet): string {
  return within === undefined ? path : `${path}.${within}`;
}

function unknownKind(kind: string): SubtaskKind {
  return { kind, keyMembers: 'whole-input' };
}

function addUnknown(unknown: readonly UnknownHolder[], parent: string | null, subtasks: Subtask[]): void {
  for (const { holder, kind } of unknown) addSubtask(holder, unknownKind(kind), parent, subtasks);
}

function addSubtask(holder: JsonObject, kind: SubtaskKind, parent: string | null, subtasks: Subtask[]): void {
  const { key, definition } = subtaskKey(parent, kind.kind, kind.keyMembers, own(holder, 'Input'));
  const output = own(holder, 'Output');
  const below: Subtask[] = [];
  const onlyBelow = holdsOnlyBelow(output, kind, key, below);
  subtasks.push({ key, kind: kind.kind, definition, holder, output: onlyBelow ? undefined : output });
  for (const child of below) subtasks.push(child);
}

/** Adds the second level, if the kind has one. True if there is nothing else in the output. */
function holdsOnlyBelow(output: Json | undefined, kind: SubtaskKind, parent: string, subtasks: Subtask[]): boolean {
  const set = kind.below;
  if (set === undefined) return false;
  const read = listOf(output).map((element) => readElement(element, set, parent, subtasks));
  return read.every(Boolean);
}
