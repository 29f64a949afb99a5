import { isList, isObject } from './json';
import type { JsonObject } from './json';

/** Members of an item that hold its start; the vendor spells them differently by kind, and on WebSocket differently again. */
const START_MEMBERS = ['StartPtsTime', 'StartPTSTime', 'StartPtsOffset', 'StartTimeOffset', 'Timestamp'];
const END_MEMBERS = ['EndPtsTime', 'EndPTSTime', 'EndPtsOffset', 'EndTimeOffset'];

/** Members that do not make an item another one: offsets, and what may differ between two reports of one item. */
export const UNIDENTIFYING_MEMBERS: ReadonlySet<string> = new Set([
  ...START_MEMBERS,
  ...END_MEMBERS,
  ...['EndTime', 'SteadyState', 'Confidence', 'Size', 'Duration', 'PicUrlExpireTime'],
]);

/** An item's offsets; those of a highlight span its segments. Null: none is given. */
export function offsetsOf(item: JsonObject): { readonly start: number | null; readonly end: number | null } {
  const { SegmentSet: segments } = item;
  const parts = isList(segments) ? segments.filter(isObject) : [];
  return {
    start: firstNumber(item, START_MEMBERS) ?? extreme(parts, START_MEMBERS, Math.min),
    end: firstNumber(item, END_MEMBERS) ?? extreme(parts, END_MEMBERS, Math.max),
  };
}

function extreme(
  parts: readonly JsonObject[],
  names: readonly string[],
  choose: (a: number, b: number) => number,
): number | null {
  let found: number | null = null;
  for (const part of parts) {
    const value = firstNumber(part, names);
    if (value !== null) found = found === null ? value : choose(found, value);
  }
  return found;
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,9})?$/;

/** The first of the members that is a finite number, or a text that spells one. */
function firstNumber(item: JsonObject, names: readonly string[]): number | null {
  for (const name of names) {
    const value = item[name];
    const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
    // Adding 0 turns -0 into 0.
    if (typeof number === 'number' && Number.isFinite(number)) return number + 0;
  }
  return null;
}
