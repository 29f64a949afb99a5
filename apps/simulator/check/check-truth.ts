import { pause } from '@mps-ledger/platform';
import type { TruthLine } from '../truth/truth-line';
import { compareTask, type TruthDifference } from './compare';
import type { LedgerApi } from './ledger';

export interface TruthCheckResult {
  /** Number of tasks compared. */
  readonly tasks: number;
  /** Number of tasks that differ. */
  readonly different: number;
  /** The first differences. */
  readonly differences: readonly TruthDifference[];
  /** The number of further differences. */
  readonly more: number;
}

export interface TruthCheckOptions {
  readonly ledger: LedgerApi;
  readonly truth: AsyncIterable<TruthLine>;
  /** The receipts that must be visible before the comparison. */
  readonly receipts: readonly string[];
  /** How many tasks are read at once. */
  readonly connections: number;
  /** Deadline (on the process's clock) until which a difference may disappear, for notifications without a receipt to wait for. */
  readonly until: number;
  readonly onTask: () => void;
}

export const MAX_SHOWN_DIFFERENCES = 50;
const AGAIN_MS = 200;

/** Waits for the last receipts, then compares the API's answer for every task with the truth. */
export async function checkTruth(options: TruthCheckOptions): Promise<TruthCheckResult> {
  await Promise.all(options.receipts.map((receipt) => options.ledger.applied(receipt)));
  const counts = { tasks: 0, different: 0, found: 0 };
  const differences: TruthDifference[] = [];
  const lines = options.truth[Symbol.asyncIterator]();
  const work = async (): Promise<void> => {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      const found = await checkTask(options, next.value);
      counts.tasks += 1;
      counts.different += found.length > 0 ? 1 : 0;
      counts.found += found.length;
      differences.push(...found.slice(0, MAX_SHOWN_DIFFERENCES - differences.length));
      options.onTask();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  const { tasks, different, found } = counts;
  return { tasks, different, differences, more: found - differences.length };
}

async function checkTask(
  { ledger, receipts, until }: TruthCheckOptions,
  truth: TruthLine,
): Promise<readonly TruthDifference[]> {
  // A notification without a receipt may not be applied yet, or only in part.
  const mayChange = truth.uncertain > 0 || receipts.length === 0;
  for (;;) {
    const answer = await answerOf(ledger, truth);
    const found = answer === null ? [notThere(truth)] : compareTask(truth, answer);
    if (found.length === 0 || !mayChange || performance.now() >= until) return found;
    await pause(AGAIN_MS);
  }
}

/** The task's answer; of a live stream with its items. */
async function answerOf(ledger: LedgerApi, { account, task_id, live_items }: TruthLine): Promise<unknown> {
  const answer = await ledger.task(account, task_id);
  if (live_items === undefined || typeof answer !== 'object' || answer === null) return answer;
  return { ...answer, live_items: await ledger.liveItems(account, task_id) };
}

function notThere(truth: TruthLine): TruthDifference {
  return {
    task_id: truth.task_id,
    member: 'task',
    expected: `a ${truth.kind} task, ${truth.status}`,
    got: 'none (404)',
  };
}
