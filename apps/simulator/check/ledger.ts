import { pause, withoutCredentials } from '@mps-ledger/platform';
import type { Answer, Client } from '../sending/client';

/** The API could not be asked, so that nothing can be said about its answers. */
export class CheckFailure extends Error {
  readonly code = 'check-failed';
}

/** The ledger's API, as far as a check asks it. */
export interface Ledger {
  /** Resolves when a receipt's notification is in the answers. Rejects with CheckFailure when it is not in time. */
  readonly applied: (receipt: string) => Promise<void>;
  /** The task's answer as parsed, or null where there is none. Rejects with CheckFailure. */
  readonly task: (account: string, taskId: string) => Promise<unknown>;
}

export interface LedgerOptions {
  readonly client: Client;
  /** Base of the API, such as http://127.0.0.1:8080. */
  readonly api: string;
  readonly apiKey: string | null;
  /** When everything must be visible and answered, on the process's own clock. */
  readonly until: number;
  readonly stopped: AbortSignal;
}

const AGAIN_MS = 250;
/** One request waits at most so long for a receipt: shorter than any client's time limit. */
const WAIT_SECONDS = 5;

export function makeLedger(options: LedgerOptions): Ledger {
  const base = options.api.replace(/\/+$/, '');
  return {
    applied: async (receipt) => {
      // Whose task it is does not matter: any is answered only after the receipt is applied.
      const answer = await askUntil(options, `${base}/v1/tasks/-?receipt=${receipt}`, {
        prefer: `wait=${WAIT_SECONDS}`,
      });
      if (answer.status !== 200 && !isUnknownTask(answer)) throw new CheckFailure(`${receipt}: ${said(answer)}`);
    },
    task: async (account, taskId) => {
      const answer = await askUntil(options, `${base}/v1/tasks/${encodeURIComponent(taskId)}?account=${account}`, {});
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw new CheckFailure(`${taskId}: ${said(answer)}`);
      return JSON.parse(answer.text) as unknown;
    },
  };
}

/** The receipt is applied, and nothing was heard of the task. */
function isUnknownTask({ status, text }: Answer): boolean {
  return status === 404 && text.includes('"task-not-found"');
}

/** Asks until there is an answer that is not about the server's own state, or the time is over. */
async function askUntil(
  { client, apiKey, until, stopped }: LedgerOptions,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const sent = apiKey === null ? headers : { ...headers, authorization: `Bearer ${apiKey}` };
  for (;;) {
    let problem = 'the check was stopped';
    if (!stopped.aborted) {
      try {
        const answer = await client.ask({ method: 'GET', url, headers: sent });
        if (answer.status !== 429 && answer.status < 500) return answer;
        problem = said(answer);
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
      }
    }
    if (stopped.aborted || performance.now() >= until) throw new CheckFailure(`${withoutCredentials(url)}: ${problem}`);
    await pause(AGAIN_MS, stopped);
  }
}

function said({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 300)}`.trim();
}
