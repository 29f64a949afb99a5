import { isEmpty, keyText } from './forms';
import type { Json } from './json';
import { TRUSTS } from './task-events';
import type { TaskEvent, Trust } from './task-events';

/**
 * A descriptive value with the rank of the report it came from. Present beats absent, and what is empty in key form counts
 * as absent; of two present ones the higher rank stays, so that joining registers is a maximum over a total order.
 */
export interface Register<Value extends Json> {
  readonly value: Value;
  /** Status level of the report: a FINISH knows more than a PROCESSING. */
  readonly level: number;
  readonly trust: Trust;
  /** For what was reconciled, when it was asked; else empty. */
  readonly asked: string;
  /** The event that said it. One id has one content, so equal ranks have equal values. */
  readonly id: string;
}

/** Answers a register of what an event says, or null where it says nothing. */
export function register<Value extends Json>(
  event: TaskEvent,
  level: number,
  value: Value | null | undefined,
): Register<Value> | null {
  if (value === undefined || value === null) return null;
  return { value, level, trust: event.hearing.trust, asked: timeOfAsking(event), id: event.id };
}

/** When MPS was asked, for an event that was reconciled (RFC 3339); empty for one that was only heard. */
export function timeOfAsking(event: TaskEvent): string {
  return event.hearing.trust === 'reconciled' ? event.hearing.received : '';
}

/** The higher of two registers. */
export function joinRegisters<Value extends Json>(
  a: Register<Value> | null,
  b: Register<Value> | null,
): Register<Value> | null {
  if (a === null) return b;
  if (b === null) return a;
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

/** Positive where `a` can be believed more. */
export function compareTrust(a: Trust, b: Trust): number {
  return TRUSTS.indexOf(a) - TRUSTS.indexOf(b);
}

/** Order of UTF-16 code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Joins two maps member by member; answers one of the arguments where the other adds nothing. */
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
