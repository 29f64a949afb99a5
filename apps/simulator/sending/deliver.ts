import { backoff, pause } from '@mps-ledger/platform';
import { headerOf, type Answer, type Client } from './client';

/** What became of one send, its repetitions included. */
export interface Fate {
  /** `acknowledged`: 2xx. `refused`: another final answer, and surely not taken. `uncertain`: it may have been taken. */
  readonly outcome: 'acknowledged' | 'refused' | 'uncertain';
  /** Of the last answer; null where there never was one. */
  readonly status: number | null;
  readonly receipt: string | null;
  /** The code in the last answer that was none of success, for the summary. */
  readonly code: string | null;
  /** How often it was sent again. */
  readonly repeats: number;
}

export interface DeliverOptions {
  readonly client: Client;
  readonly to: string;
  /** From the first attempt: how long it is repeated where there is no final answer. */
  readonly retryForMs: number;
  /** Aborted when the run is to end: nothing is repeated any more. */
  readonly stopped: AbortSignal;
  /** Default the process's own clock, in milliseconds. */
  readonly now?: () => number;
}

/** A server that starts again is to be found soon, whatever it said of when to come back. */
const LONGEST_PAUSE_MS = 1000;

/**
 * Sends one body until it is answered for good or the time is over, always with the same bytes, as a sender that must not
 * lose anything does. Connection errors and 429, 502, 503, 504 are no final answer. Never rejects.
 */
export async function deliver(body: Buffer, options: DeliverOptions): Promise<Fate> {
  const { client, to, retryForMs, stopped, now = () => performance.now() } = options;
  const until = now() + retryForMs;
  let last: Answer | null = null;
  let mayBeTaken = false;
  for (let repeats = 0; ; repeats += 1) {
    const answer = await client
      .ask({ method: 'POST', url: to, headers: { 'content-type': 'application/json' }, body })
      .catch((error: unknown) => {
        mayBeTaken ||= !wasRefusedAtTheDoor(error);
        return null;
      });
    if (answer !== null) {
      last = answer;
      if (isGood(answer)) return fateOf('acknowledged', answer, repeats);
      if (!AGAIN.has(answer.status))
        return fateOf(mayBeTaken || isDefect(answer) ? 'uncertain' : 'refused', answer, repeats);
      // What an unavailable log did with it is not said: it may have been taken after all.
      mayBeTaken = true;
    }
    if (stopped.aborted || now() >= until) return fateOf(mayBeTaken ? 'uncertain' : 'refused', last, repeats);
    await pause(pauseBefore(repeats + 1, answer), stopped);
  }
}

const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Not to be repeated until it is gone, but to be seen; it may have been taken all the same. */
const isDefect = ({ status }: Answer): boolean => status >= 500;
const isGood = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** Nobody listened: it cannot have been taken. */
function wasRefusedAtTheDoor(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

function pauseBefore(attempt: number, answer: Answer | null): number {
  const asked = Number(answer === null ? null : headerOf(answer, 'retry-after')) * 1000;
  if (asked > 0) return Math.min(asked, LONGEST_PAUSE_MS);
  return backoff(attempt, { firstMs: 50, longestMs: LONGEST_PAUSE_MS });
}

function fateOf(outcome: Fate['outcome'], answer: Answer | null, repeats: number): Fate {
  const good = answer !== null && isGood(answer);
  const receipt = answer !== null && good ? (headerOf(answer, 'ledger-receipt') ?? null) : null;
  return {
    outcome,
    status: answer?.status ?? null,
    receipt,
    code: good || answer === null ? null : codeIn(answer),
    repeats,
  };
}

function codeIn(answer: Answer): string | null {
  try {
    const body: unknown = JSON.parse(answer.text);
    return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : null;
  } catch {
    return null;
  }
}
