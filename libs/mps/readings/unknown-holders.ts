import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { isList, isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';

/** An object with a Status that is not in the holder table. It counts as a subtask, so that a FAIL in it is never lost. */
export interface UnknownHolder {
  /** The names of the members that lead to it, joined by `.`; a Type beside it replaces its own name. */
  readonly kind: string;
  /** The name of the member that contains it. */
  readonly member: string;
  readonly holder: JsonObject;
}

/** The current position of the search. */
export interface SearchPosition {
  /** Member names from the task's body, or from the parent subtask. Array positions are left out. */
  readonly path: readonly string[];
  /** The Type of the nearest enclosing element. */
  readonly type: string | undefined;
  /** How many members deep the search goes. */
  readonly maxDepth: number;
}

/** How many members deep a task's body is searched. Below a subtask only the limit of the document applies. */
export const MAX_SEARCH_DEPTH = 4;

/** Members that are not searched: they describe media and parameters, in which Status may mean anything. */
const UNSEARCHED_MEMBERS: ReadonlySet<string> = new Set(['Input', 'InputInfo', 'MetaData']);

/** Whether a member is in the holder table, so that it is not searched. */
export type IsKnown = (name: string) => boolean;

// Stryker disable next-line ArrowFunction: undefined is as good as false
const nothingKnown: IsKnown = () => false;

/**
 * The outermost objects with a Status below an object in content form, in canonical order of the members' names. The Status of the
 * object itself is ignored.
 */
export function unknownHoldersBelow(
  object: JsonObject,
  known: IsKnown,
  place: SearchPosition,
): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  searchBelow(object, known, place, found);
  return found;
}

/** The object itself if it has a Status, else those below it. */
export function unknownHoldersIn(object: JsonObject, known: IsKnown, place: SearchPosition): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  searchIn(object, known, place, found);
  return found;
}

/** Adds the holders below an object to `found`. It loops and builds no arrays, since it visits every object of every body. */
function searchBelow(object: JsonObject, known: IsKnown, place: SearchPosition, found: UnknownHolder[]): void {
  if (place.path.length >= place.maxDepth) return;
  for (const name of Object.keys(object)) {
    const member = object[name];
    if (typeof member !== 'object' || member === null || UNSEARCHED_MEMBERS.has(name) || known(name)) continue;
    searchMember(member, { ...place, path: [...place.path, name] }, found);
  }
}

function searchMember(member: Json, place: SearchPosition, found: UnknownHolder[]): void {
  if (isObject(member)) searchIn(member, nothingKnown, place, found);
  else if (isList(member)) for (const element of member) searchMember(element, place, found);
}

function searchIn(object: JsonObject, known: IsKnown, place: SearchPosition, found: UnknownHolder[]): void {
  const type = typeOf(object);
  if (isEmpty(own(object, 'Status'))) {
    searchBelow(object, known, type === undefined ? place : { ...place, type }, found);
  } else found.push({ kind: kindOf(place, type), member: place.path.at(-1) ?? '', holder: object });
}

/**
 * All objects with a Status below a subtask's holder, at any depth, also inside one another; each before those inside it. Members of
 * the holder itself for which `known` is true are left out.
 */
export function holdersUnder(holder: JsonObject, known: IsKnown): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  const search = (object: JsonObject, isKnown: IsKnown, place: SearchPosition): void => {
    for (const one of unknownHoldersBelow(object, isKnown, place)) {
      found.push(one);
      search(one.holder, nothingKnown, { ...place, path: [one.kind] });
    }
  };
  search(holder, known, { path: [], type: undefined, maxDepth: Number.POSITIVE_INFINITY });
  return found;
}

/** The kind of a holder: its own Type is appended to its name; without one, the Type of the enclosing element replaces its name. */
function kindOf(place: SearchPosition, ownType: string | undefined): string {
  if (ownType !== undefined) return [...place.path, ownType].join('.');
  return (place.type === undefined ? place.path : [...place.path.slice(0, -1), place.type]).join('.');
}

/** The Type (or ActivityType) of an element of a result set; undefined if it is empty. */
export function typeOf(element: JsonObject): string | undefined {
  const named = own(element, 'Type');
  const type = isEmpty(named) ? own(element, 'ActivityType') : named;
  return typeof type === 'string' && !isEmpty(type) ? type : undefined;
}
