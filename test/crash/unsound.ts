import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@mps-ledger/spec-kit';
import { promised } from './promises';
import { sampleOf } from './sample';
import type { AppName, AppPrograms } from './targets/app-programs';
import type { Target } from './targets/target';

/** The answer to one callback. */
export interface CallbackAnswer {
  readonly status: number;
  /** The code in the body of a refusal; null for any other answer. */
  readonly code: string | null;
  readonly receipt: string | null;
}

/** Sends the callback of one task, over a separate connection. */
export async function callbackOf(target: Target, taskId: string): Promise<CallbackAnswer> {
  const answer = await fetch(target.callbacks, {
    method: 'POST',
    body: sampleOf(taskId),
    headers: { connection: 'close' },
  });
  const text = await answer.text();
  const code = answer.status === 200 ? null : (/"code":\s*"([^"]+)"/.exec(text)?.[1] ?? null);
  return { status: answer.status, code, receipt: answer.headers.get('ledger-receipt') };
}

/** Callbacks that are sent continuously, over several connections at once, until they are stopped. */
export interface Sending {
  readonly answers: readonly CallbackAnswer[];
  stop(): Promise<void>;
}

const LINES = 8;

/** Starts to send callbacks of tasks with this name as prefix. Callbacks without an answer do not count. */
export function keepSending(target: Target, name: string): Sending {
  const answers: CallbackAnswer[] = [];
  let isOver = false;
  const lines = Array.from({ length: LINES }, async (_, line) => {
    for (let number = 0; !isOver; number += 1) {
      const answer = await callbackOf(target, `${name}-${line}-${number}`).catch(() => null);
      if (answer !== null) answers.push(answer);
      if (answer?.status !== 200) await pause(PAUSE_MS);
    }
  });
  return {
    answers,
    async stop() {
      isOver = true;
      await Promise.all(lines);
    },
  };
}

const PAUSE_MS = 50;

/** Checks for this time that every callback is answered 503, and none is acknowledged. */
export async function nothingIsAcknowledged(target: Target, name: string, ms: number): Promise<void> {
  const sending = keepSending(target, name);
  await pause(ms);
  await sending.stop();
  const wrong = sending.answers.filter(({ status }) => status !== 503).map(({ status }) => status);
  promised(sending.answers.length > 0, 'callbacks were answered at all');
  promised(wrong.length === 0, `${wrong.length} of ${sending.answers.length} callbacks were answered ${wrong.join()}`);
}

/** The text of a probe if the log is another one, shorter, or missing. */
export const NOT_THE_LOG =
  /log-replaced|log-not-ready|genesis|records are gone|missing|there is no log|of log |belongs to log /;

export interface Told {
  readonly app: AppName;
  /** The reason that the probe must report. */
  readonly says: RegExp;
  readonly withinMs?: number;
}

/** Waits until the probe of a program reports what is wrong with the log. Returns the text. */
export async function untilTold(target: AppPrograms, { app, says, withinMs = 60_000 }: Told): Promise<string> {
  const probes = target.probesOf(app);
  let seen = '';
  const isTold = async (): Promise<boolean> => {
    const answer = await fetch(`${probes}/readyz?verbose`);
    seen = `${answer.status} ${await answer.text()}`;
    return answer.status === 503 && says.test(seen);
  };
  await eventually(isTold, { timeoutMs: withinMs }).catch(() => {
    promised(false, `${app} does not tell ${says.source} within ${withinMs / 1_000} s: ${seen}`);
  });
  return seen;
}
