import { TRUSTS } from './task-events';
import type { TaskEvent, Trust } from './task-events';

/**
 * A descriptive value with the rank of the report it came from. Present beats absent; of two present ones the higher
 * rank stays, so that joining registers is a maximum over a total order.
 */
export interface Register<Value> {
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
export function register<Value>(
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
export function joinRegisters<Value>(a: Register<Value> | null, b: Register<Value> | null): Register<Value> | null {
  if (a === null) return b;
  if (b === null) return a;
  return compareRegisters(a, b) >= 0 ? a : b;
}

function compareRegisters(a: Register<unknown>, b: Register<unknown>): number {
  return (
    a.level - b.level || compareTrust(a.trust, b.trust) || compareText(a.asked, b.asked) || compareText(a.id, b.id)
  );
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
