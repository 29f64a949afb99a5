import type { Json } from '@mps-ledger/tasks';

import { isList, isObject, setMember } from './json';
import type { JsonObject } from './json';

/** What MPS writes where something has not happened yet. */
const ZERO_TIME = '0000-00-00T00:00:00Z';

/**
 * The normal form of a value that `JSON.parse` gave: members of objects that say nothing (null, "", 0, false, [], {}) are
 * left out, from the innermost outwards, and the others stand in canonical order; a number that is not finite and the zero
 * time count as null. Elements of arrays stay, since a place in an array means something. So absent, null, "" and default
 * are the same. Frozen under `mps1`.
 *
 * Recurses: the depth must have been bounded before. `onLossyNumber` is called for each number that the exact bytes spell
 * better than a double can hold it (1e400, integers beyond 2^53).
 */
export function normalForm(value: JsonObject, onLossyNumber?: () => void): JsonObject;
export function normalForm(value: Json, onLossyNumber?: () => void): Json;
export function normalForm(value: Json, onLossyNumber?: () => void): Json {
  if (typeof value === 'number') return normalNumber(value, onLossyNumber);
  if (typeof value === 'string') return value === ZERO_TIME ? null : value;
  if (isList(value)) return value.map((element) => normalForm(element, onLossyNumber));
  if (!isObject(value)) return value;
  const normal: Record<string, Json> = {};
  for (const name of Object.keys(value).sort()) {
    const member = normalForm(value[name] ?? null, onLossyNumber);
    if (!saysNothing(member)) setMember(normal, name, member);
  }
  return normal;
}

function normalNumber(value: number, onLossyNumber?: () => void): Json {
  if (!Number.isFinite(value)) {
    onLossyNumber?.();
    return null;
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) onLossyNumber?.();
  return value === 0 ? 0 : value;
}

/** Whether a value in normal form would be left out as a member. */
export function saysNothing(value: Json): boolean {
  if (isList(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === null || value === '' || value === 0 || value === false;
}

/** Whether a value as parsed would be left out as a member: the same answer as over its normal form, without making it. */
export function isAbsent(value: Json): boolean {
  if (isList(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).every((name) => isAbsent(value[name] ?? null));
  if (typeof value === 'number') return value === 0 || !Number.isFinite(value);
  return value === null || value === '' || value === false || value === ZERO_TIME;
}
