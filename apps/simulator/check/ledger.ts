import { pause, withoutCredentials } from '@mps-ledger/platform';
import type { HttpResponse, HttpClient } from '../sending/client';

/** The API could not be read, so its answers could not be checked. */
export class CheckFailure extends Error {
  readonly code = 'check-failed';
}

/** The part of the ledger's API that a check uses. */
export interface LedgerApi {
  /** Resolves when the notification of a receipt is visible in answers. Rejects with a CheckFailure after the deadline. */
  readonly applied: (receipt: string) => Promise<void>;
  /** The task's answer, parsed; null if there is none. Rejects with a CheckFailure. */
  readonly task: (account: string, taskId: string) => Promise<unknown>;
  /** The current items of a live stream, parsed; none if there is no such task. Rejects with a CheckFailure. */
  readonly liveItems: (account: string, taskId: string) => Promise<readonly unknown[]>;
}

export interface LedgerApiOptions {
  readonly client: HttpClient;
  /** Base of the API, such as http://127.0.0.1:8080. */
  readonly api: string;
  readonly apiKey: string | null;
  /** Deadline (on the process's clock) for all answers. */
  readonly until: number;
  readonly stopped: AbortSignal;
}

const AGAIN_MS = 250;
/** How long one request waits for a receipt; shorter than the time limit of the client. */
const WAIT_SECONDS = 5;

export function makeLedgerApi(options: LedgerApiOptions): LedgerApi {
  const base = options.api.replace(/\/+$/, '');
  return {
    applied: async (receipt) => {
      // Any task id will do: the answer comes only after the receipt is applied.
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
    liveItems: (account, taskId) =>
      itemsOf(options, `${base}/v1/tasks/${encodeURIComponent(taskId)}/live?account=${account}`, taskId),
  };
}

/** All items of a list, page by page. */
async function itemsOf(options: LedgerApiOptions, url: string, taskId: string): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer: HttpResponse = await askUntil(options, cursor === '' ? url : `${url}&cursor=${cursor}`, {});
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw new CheckFailure(`${taskId}: ${said(answer)}`);
    const page = JSON.parse(answer.text) as { readonly items: unknown[]; readonly next_cursor: string | null };
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

/** Whether the receipt is applied, but the task does not exist. */
function isUnknownTask({ status, text }: HttpResponse): boolean {
  return status === 404 && text.includes('"task-not-found"');
}

/** Repeats a request until the server is available, or the deadline is over. */
async function askUntil(
  { client, apiKey, until, stopped }: LedgerApiOptions,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
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

function said({ status, text }: HttpResponse): string {
  return `${status} ${text.slice(0, 300)}`.trim();
}
