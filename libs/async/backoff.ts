import { setTimeout } from 'node:timers/promises';

export interface BackoffOptions {
  /** Default 100. */
  readonly firstMs?: number;
  /** Default 5000. */
  readonly longestMs?: number;
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** For `BackoffOptions.random`: each pause is as long as it may be. */
export const NO_JITTER = (): number => 1;

/** The pause before attempt `attempt` + 1 (attempts count from 1), in ms: doubles up to a bound; of each, half is random. */
export function backoff(
  attempt: number,
  { firstMs = 100, longestMs = 5000, random = Math.random }: BackoffOptions = {},
): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(30, Math.max(0, attempt - 1)));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
