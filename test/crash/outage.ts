import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { sampleOf } from './sample';
import { promised } from './promises';
import type { Target } from './targets/target';

/** Time limit until an outage is reported to clients. */
const TOLD_MS = 30_000;

/** Checks that a callback is answered 503 with Retry-After while nothing can be logged. */
export async function callbacksAreRefused(target: Target): Promise<void> {
  const seen = await untilStatus(503, () =>
    fetch(target.callbacks, { method: 'POST', body: sampleOf('refused-meanwhile') }),
  );
  promised(Number(seen.headers.get('retry-after')) > 0, 'a callback was answered 503 without Retry-After');
}

/** Checks that a query is answered 503 with a reason while no row can be read. */
export async function queriesAreRefused(target: Target): Promise<void> {
  const seen = await untilStatus(503, () => fetch(`${target.api}/v1/tasks?limit=1`));
  const { code, detail } = (await seen.json()) as { code?: unknown; detail?: unknown };
  const says = typeof code === 'string' && typeof detail === 'string' && detail.length > 0;
  promised(says, 'a query was answered 503 without a reason');
}

/** Checks that a query is answered normally. */
export async function queriesAreAnswered(target: Target): Promise<void> {
  const { status } = await fetch(`${target.api}/v1/tasks?limit=1`);
  promised(status === 200, `a query was answered ${status}, although rows can be read`);
}

/** Repeats a request until it gets this status. Any other status than 200 before it is a broken promise. */
async function untilStatus(wanted: number, ask: () => Promise<Response>): Promise<Response> {
  let seen: Response | null = null;
  await eventually(
    async () => {
      seen = await ask();
      return seen.status !== 200;
    },
    { timeoutMs: TOLD_MS, what: `an answer of ${wanted}` },
  );
  const answer = seen as Response | null;
  promised(answer?.status === wanted, `answered ${answer?.status ?? 'nothing'}, not ${wanted}`);
  return answer;
}

/** Runs `during`, and waits until this time has passed in total. */
export async function lasting(seconds: number, during: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await during();
  await pause(Math.max(0, seconds * 1_000 - (performance.now() - began)));
}
