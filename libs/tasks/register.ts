import { isEmpty, keyText } from './forms';
import type { Json } from './json';
import { TRUSTS } from './task-events';
import type { TaskEvent, Trust } from './task-events';

/**
 * A descriptive value with the rank of the report it came from. A present value wins over an absent one, and a value that is empty
 * in key form counts as absent. Of two present values the higher rank wins, so joining registers is a maximum over a total order.
 */
export interface Register<Value extends Json> {
  readonly value: Value;
  /** Status level of the report: a FINISH ranks above a PROCESSING. */
  readonly level: number;
  readonly trust: Trust;
  /** For a reconciled event the time of the query to MPS; else empty. */
  readonly asked: string;
  /** Id of the event with this value. One id has one content, so equal ranks have equal values. */
  readonly id: string;
}

/** The register of a value of an event, or null if the event does not have it. */
export function register<Value extends Json>(
  event: TaskEvent,
  level: number,
  value: Value | null | undefined,
): Register<Value> | null {
  if (value === undefined || value === null) return null;
  return { value, level, trust: event.hearing.trust, asked: reconciledAt(event), id: event.id };
}

/** The time of the query to MPS (RFC 3339) for a reconciled event; empty for any other. */
export function reconciledAt(event: TaskEvent): string {
  return event.hearing.trust === 'reconciled' ? event.hearing.received : '';
}

/** The higher of two registers. */
export function joinRegisters<Value extends Json>(
  a: Register<Value> | null,
  b: Register<Value> | null,
): Register<Value> | null {
  if (a === null) return b;
  if (b === null) return a;
  // Stryker disable next-line EqualityOperator: registers of equal rank are the same
  return compareRegisters(a, b) >= 0 ? a : b;
}

function compareRegisters(a: Register<Json>, b: Register<Json>): number {
  return (
    Number(isEmpty(b.value)) - Number(isEmpty(a.value)) ||
    a.level - b.level ||
    compareTrust(a.trust, b.trust) ||
    compareText(a.asked, b.asked) ||
    compareContents(a, b)
  );
}

/** By the text of the key form, then by event id. */
function compareContents(a: Register<Json>, b: Register<Json>): number {
  if (a.id === b.id) return 0;
  return compareText(keyText(a.value), keyText(b.value)) || compareText(a.id, b.id);
}

/** Positive if `a` is trusted more than `b`. */
export function compareTrust(a: Trust, b: Trust): number {
  return TRUSTS.indexOf(a) - TRUSTS.indexOf(b);
}

/** Compares by UTF-16 code units, independent of locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Joins two maps key by key; returns one of the arguments if the other is empty. */
export function joinMaps<Value>(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
  joinValues: (a: Value, b: Value) => Value,
): ReadonlyMap<string, Value> {
  if (b.size === 0) return a;
  if (a.size === 0) return b;
  const joined = new Map(a);
  for (const [key, value] of b) {
    const present = joined.get(key);
    joined.set(key, present === undefined ? value : joinValues(present, value));
  }
  return joined;
}
