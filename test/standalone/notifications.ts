import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import type { Greeting } from './process';

export const SAMPLE_ID = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';

const SAMPLE = readFileSync(join(process.cwd(), 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json'), 'utf8');

/** Sends the first sample as another task's; answers the receipt, or null where it was not accepted. */
export async function send(to: Greeting, taskId: string): Promise<string | null> {
  try {
    const answer = await fetch(to.callbacks, { method: 'POST', body: SAMPLE.replace(SAMPLE_ID, taskId) });
    await answer.arrayBuffer();
    return answer.status === 200 ? answer.headers.get('ledger-receipt') : null;
  } catch {
    return null;
  }
}

/** The outcome of a task once it is there. */
export async function outcomeOf(at: Greeting, taskId: string): Promise<string> {
  return eventually(
    async () => {
      const answer = await fetch(`${at.api}/v1/tasks/${encodeURIComponent(taskId)}`);
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { outcome: string }).outcome;
    },
    { timeoutMs: 60_000, what: `the task ${taskId}` },
  );
}

/** Resolves when every receipt was derived; rejects naming the ones that are not. */
export async function allDerived(at: Greeting, receipts: readonly string[]): Promise<void> {
  for (const receipt of receipts) {
    await eventually(
      async () => {
        const answer = await fetch(`${at.api}/v1/notifications/${receipt}`);
        return answer.status === 200 && ((await answer.json()) as { state: string }).state === 'derived';
      },
      { timeoutMs: 60_000, what: `the notification ${receipt}` },
    );
  }
}
