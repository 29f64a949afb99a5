import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { isList, isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';

/** An object with a Status that no table knows: a subtask all the same, so that a FAIL in it is never taken for success. */
export interface UnknownHolder {
  /** The names of the members that lead to it, joined by `.`; its own name gives way to the Type beside it. */
  readonly kind: string;
  /** The name of the member that it is in. */
  readonly member: string;
  readonly holder: JsonObject;
}

/** Where the search stands. */
export interface Place {
  /** Member names from the task's body, or from the subtask above. Places in arrays do not count. */
  readonly path: readonly string[];
  /** The Type of the nearest element around. */
  readonly type: string | undefined;
  /** How many members deep a holder is looked for. */
  readonly reach: number;
}

/** In a task's body. Below a subtask there is no bound but that of the body. */
export const REACH = 4;

/** Never searched: these describe media and parameters, where a member called Status may mean anything. */
const CLOSED: ReadonlySet<string> = new Set(['Input', 'InputInfo', 'MetaData']);

/** Which members a table reads, so that they are not searched. */
export type IsKnown = (name: string) => boolean;

const nothingKnown: IsKnown = () => false;

/**
 * The outermost objects with a Status below an object in content form, in canonical order of the members' names. The object
 * itself is not asked.
 */
export function unknownHoldersBelow(object: JsonObject, known: IsKnown, place: Place): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  searchBelow(object, known, place, found);
  return found;
}

/** The object itself if it has a Status, else those below it. */
export function unknownHoldersIn(object: JsonObject, known: IsKnown, place: Place): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  searchIn(object, known, place, found);
  return found;
}

/** Loops in place of lists of lists: every object of every body comes by here. */
function searchBelow(object: JsonObject, known: IsKnown, place: Place, found: UnknownHolder[]): void {
  if (place.path.length >= place.reach) return;
  for (const name of Object.keys(object)) {
    const member = object[name];
    if (typeof member !== 'object' || member === null || CLOSED.has(name) || known(name)) continue;
    searchMember(member, { ...place, path: [...place.path, name] }, found);
  }
}

function searchMember(member: Json, place: Place, found: UnknownHolder[]): void {
  if (isObject(member)) searchIn(member, nothingKnown, place, found);
  else if (isList(member)) for (const element of member) searchMember(element, place, found);
}

function searchIn(object: JsonObject, known: IsKnown, place: Place, found: UnknownHolder[]): void {
  const type = typeOf(object);
  if (isEmpty(own(object, 'Status'))) {
    searchBelow(object, known, type === undefined ? place : { ...place, type }, found);
  } else found.push({ kind: kindOf(place, type), member: place.path.at(-1) ?? '', holder: object });
}

/**
 * All objects with a Status below a subtask's holder, at any depth, also below one another; each before those below it.
 * Members that `known` answers for are left out, of the holder itself only.
 */
export function holdersUnder(holder: JsonObject, known: IsKnown): readonly UnknownHolder[] {
  const found: UnknownHolder[] = [];
  const search = (object: JsonObject, isKnown: IsKnown, place: Place): void => {
    for (const one of unknownHoldersBelow(object, isKnown, place)) {
      found.push(one);
      search(one.holder, nothingKnown, { ...place, path: [one.kind] });
    }
  };
  search(holder, known, { path: [], type: undefined, reach: Number.POSITIVE_INFINITY });
  return found;
}

/** A holder with a Type of its own adds it to its name; inside an element with a Type, that stands in place of its name. */
function kindOf(place: Place, ownType: string | undefined): string {
  if (ownType !== undefined) return [...place.path, ownType].join('.');
  return (place.type === undefined ? place.path : [...place.path.slice(0, -1), place.type]).join('.');
}

/** What an element of a result set says it is; a Type that says nothing is none. */
export function typeOf(element: JsonObject): string | undefined {
  const named = own(element, 'Type');
  const type = isEmpty(named) ? own(element, 'ActivityType') : named;
  return typeof type === 'string' && !isEmpty(type) ? type : undefined;
}
