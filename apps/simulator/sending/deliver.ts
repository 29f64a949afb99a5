import { backoff, pause } from '@mps-ledger/platform';
import { packed, type Way } from './via';
import { headerOf, type HttpResponse, type HttpClient } from './client';

/** The result of one send with its repetitions. */
export interface SendResult {
  /** `acknowledged`: 2xx. `refused`: any other final answer; certainly not accepted. `uncertain`: it may have been accepted. */
  readonly outcome: 'acknowledged' | 'refused' | 'uncertain';
  /** The status of the last answer; null if there was none. */
  readonly status: number | null;
  readonly receipt: string | null;
  /** The code of the last answer that was not a success, for the summary. */
  readonly code: string | null;
  /** Number of repetitions. */
  readonly repeats: number;
}

export interface DeliverOptions {
  readonly client: HttpClient;
  readonly to: string;
  /** Default `http`. */
  readonly via?: Exclude<Way, 'file'>;
  /** How long a send without a final answer is repeated, from the first attempt. */
  readonly retryForMs: number;
  /** Aborted to end the run: then nothing is repeated. */
  readonly stopped: AbortSignal;
  /** A clock in milliseconds. Default: the process's clock. */
  readonly now?: () => number;
}

/** Upper bound of Retry-After, so that a restarted server gets notifications soon. */
const LONGEST_PAUSE_MS = 1000;

/**
 * Sends one body, always the same bytes, until there is a final answer or the time is over, like a sender that must not lose
 * anything. Connection errors and 429, 502, 503, 504 are not final. Never rejects.
 */
export async function deliver(body: Buffer, options: DeliverOptions): Promise<SendResult> {
  const { client, to, via = 'http', retryForMs, stopped, now = () => performance.now() } = options;
  const { contentType, body: sent } = packed(via, body);
  const until = now() + retryForMs;
  let last: HttpResponse | null = null;
  let mayBeTaken = false;
  for (let repeats = 0; ; repeats += 1) {
    const answer = await client
      .ask({ method: 'POST', url: to, headers: { 'content-type': contentType }, body: sent })
      .catch((error: unknown) => {
        mayBeTaken ||= !wasRefusedAtTheDoor(error);
        return null;
      });
    if (answer !== null) {
      last = answer;
      if (isGood(answer)) return fateOf('acknowledged', answer, repeats);
      if (!AGAIN.has(answer.status))
        return fateOf(mayBeTaken || isDefect(answer) ? 'uncertain' : 'refused', answer, repeats);
      // With an unavailable log, the notification may have been accepted.
      mayBeTaken = true;
    }
    if (stopped.aborted || now() >= until) return fateOf(mayBeTaken ? 'uncertain' : 'refused', last, repeats);
    await pause(pauseBefore(repeats + 1, answer), stopped);
  }
}

const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Not to be repeated until it is gone, but to be seen; it may have been taken all the same. */
const isDefect = ({ status }: HttpResponse): boolean => status >= 500;
const isGood = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** Nobody listened: it cannot have been taken. */
function wasRefusedAtTheDoor(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
}

function pauseBefore(attempt: number, answer: HttpResponse | null): number {
  const asked = Number(answer === null ? null : headerOf(answer, 'retry-after')) * 1000;
  if (asked > 0) return Math.min(asked, LONGEST_PAUSE_MS);
  return backoff(attempt, { firstMs: 50, longestMs: LONGEST_PAUSE_MS });
}

function fateOf(outcome: SendResult['outcome'], answer: HttpResponse | null, repeats: number): SendResult {
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

function codeIn(answer: HttpResponse): string | null {
  try {
    const body: unknown = JSON.parse(answer.text);
    return typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : null;
  } catch {
    return null;
  }
}
