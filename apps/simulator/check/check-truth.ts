import { pause } from '@mps-ledger/platform';
import type { TruthLine } from '../truth/truth-line';
import { compareTask, type Difference } from './compare';
import type { Ledger } from './ledger';

export interface CheckResult {
  /** Tasks compared. */
  readonly tasks: number;
  /** Tasks that differ. */
  readonly different: number;
  /** The first of what differs. */
  readonly differences: readonly Difference[];
  /** How many more there are. */
  readonly more: number;
}

export interface CheckOptions {
  readonly ledger: Ledger;
  readonly truth: AsyncIterable<TruthLine>;
  /** All must be visible before anything is compared. */
  readonly receipts: readonly string[];
  /** How many tasks are asked for at once. */
  readonly connections: number;
  /** Until when a difference may go away, on the process's own clock: of what has no receipt to wait for. */
  readonly until: number;
  readonly onTask: () => void;
}

export const SHOWN = 50;
const AGAIN_MS = 200;

/** Waits for the last receipts, then compares the API's answer for every task with the truth. */
export async function checkTruth(options: CheckOptions): Promise<CheckResult> {
  await Promise.all(options.receipts.map((receipt) => options.ledger.applied(receipt)));
  const counts = { tasks: 0, different: 0, found: 0 };
  const differences: Difference[] = [];
  const lines = options.truth[Symbol.asyncIterator]();
  const work = async (): Promise<void> => {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      const found = await checkTask(options, next.value);
      counts.tasks += 1;
      counts.different += found.length > 0 ? 1 : 0;
      counts.found += found.length;
      differences.push(...found.slice(0, SHOWN - differences.length));
      options.onTask();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, work));
  const { tasks, different, found } = counts;
  return { tasks, different, differences, more: found - differences.length };
}

async function checkTask({ ledger, receipts, until }: CheckOptions, truth: TruthLine): Promise<readonly Difference[]> {
  // Something without a receipt may be half applied at this moment, or not yet.
  const mayChange = truth.uncertain > 0 || receipts.length === 0;
  for (;;) {
    const answer = await ledger.task(truth.account, truth.task_id);
    const found = answer === null ? [notThere(truth)] : compareTask(truth, answer);
    if (found.length === 0 || !mayChange || performance.now() >= until) return found;
    await pause(AGAIN_MS);
  }
}

function notThere(truth: TruthLine): Difference {
  return {
    task_id: truth.task_id,
    member: 'task',
    expected: `a ${truth.kind} task, ${truth.status}`,
    got: 'none (404)',
  };
}
