import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { startApp, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { endAll, startStandalone, type Greeting } from '../standalone/process';

/** A standalone ledger that the page is looked at over. */
export interface PageLedger extends Greeting {
  readonly database: TestDatabase;
  /** Ends it; resolves when nothing of it runs. */
  close(): Promise<void>;
}

/** Starts the standalone program on a database of its own. */
export async function startLedger(env: Readonly<Record<string, string>> = {}): Promise<PageLedger> {
  const database = await testDatabase();
  const started = startStandalone({ env: { DATABASE_URL: database.url, LEDGER_PARTITIONS: '2', ...env } });
  const greeting = await started.greeting();
  return {
    ...greeting,
    database,
    async close() {
      await endAll();
      await database.close();
    },
  };
}

/** Sends tasks of the simulator, and waits until they are visible. */
export async function simulateTasks({ api, callbacks }: Greeting, tasks: number): Promise<void> {
  const args = ['--to', callbacks, '--tasks', `${tasks}`, '--mode', 'change', '--contradict', '0.1', '--seed', '7'];
  const { code } = await startApp('apps/simulator/main.js', { args: [...args, '--connections', '8', '--check', api] })
    .ended;
  if (code !== 0) throw new Error(`the simulator ended with ${code}`);
}

const SAMPLE = JSON.parse(
  readFileSync(join(process.cwd(), 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json'), 'utf8'),
) as { WorkflowTaskEvent: Record<string, unknown> };

/** Sends a notification of one workflow task, other than the sample as it is said. */
export async function sendTask(
  { callbacks }: Pick<Greeting, 'callbacks'>,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = JSON.stringify({ ...SAMPLE, WorkflowTaskEvent: { ...SAMPLE.WorkflowTaskEvent, ...changes } });
  const answer = await fetch(callbacks, { method: 'POST', body });
  if (!answer.ok) throw new Error(`it was answered ${answer.status}: ${await answer.text()}`);
}

/** Waits until a task is visible. */
export function untilVisible({ api }: Pick<Greeting, 'api'>, taskId: string): Promise<unknown> {
  const visible = async (): Promise<boolean> =>
    (await fetch(`${api}/v1/tasks/${encodeURIComponent(taskId)}`)).status === 200;
  return eventually(visible, { timeoutMs: 30_000, what: `the task ${taskId}` });
}

/** One subtask of a workflow, as a notification reports it. */
export const transcode = (definition: number, members: object) => ({
  Type: 'Transcode',
  TranscodeTask: { ErrCode: 0, Message: 'SUCCESS', Input: { Definition: definition }, ...members },
});

/** Sends notifications about one task, each with the progress of so many subtasks, and waits until all are in its history. */
export async function sendLongHistory(
  ledger: Pick<Greeting, 'api' | 'callbacks'>,
  {
    taskId,
    subtasks,
    notifications,
  }: { readonly taskId: string; readonly subtasks: number; readonly notifications: number },
): Promise<void> {
  for (let progress = 1; progress <= notifications; progress += 1) {
    const MediaProcessResultSet = Array.from({ length: subtasks }, (_, n) =>
      transcode(n + 1, { Status: 'PROCESSING', Message: '', Progress: progress }),
    );
    await sendTask(ledger, { TaskId: taskId, Status: 'PROCESSING', MediaProcessResultSet });
  }
  const reached = async (): Promise<boolean> => {
    const answer = await fetch(`${ledger.api}/v1/tasks/${encodeURIComponent(taskId)}`);
    return ((await answer.json()) as { version?: number }).version === notifications;
  };
  await eventually(reached, { timeoutMs: 240_000, what: `the history of ${taskId}` });
}
