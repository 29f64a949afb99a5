import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Time limit in ms. Default 30,000: generous, since only failures reach it. */
  readonly timeoutMs?: number;
  /** What is awaited, for the error message; a function is called when the wait has failed. */
  readonly what?: string | (() => string);
}

const SLOWEST_MS = 100;

/**
 * Waits until the condition returns a truthy value, and returns it. A condition that throws or rejects counts as not yet met, so it
 * may be a list of expectations that ends in `return true`. On time-out it rejects, with the last failure as cause.
 */
export async function eventually<Value>(
  condition: () => Value | Promise<Value>,
  options: EventuallyOptions = {},
): Promise<NonNullable<Value>> {
  const { timeoutMs = 30_000, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, SLOWEST_MS)) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) throw gaveUp(typeof what === 'string' ? what : what(), timeoutMs, last);
    await pause(waitMs);
  }
}

function gaveUp(what: string, timeoutMs: number, last: unknown): Error {
  const reason = last instanceof Error ? last.message : `it was last ${String(last)}`;
  return new Error(`waited ${timeoutMs} ms in vain for ${what}: ${reason}`, { cause: last });
}
