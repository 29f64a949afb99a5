import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import type { ProgramQueue } from '@mps-ledger/testing';
import { makeFolder } from '../standalone/checkout';
import { endAll, startStandalone, type Greeting } from '../standalone/process';

const STEPS = [
  ['when it has received', 'source-queue.received=kill'],
  ['before it has logged', 'ingest.before-append=kill@20'],
  ['when it has logged', 'ingest.after-append=kill@3'],
  ['before it has deleted', 'source-queue.before-delete=kill'],
  ['when it has deleted', 'source-queue.after-delete=kill'],
] as const;

const notification = (TaskId: string): string =>
  JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId, Status: 'FINISH', ErrCode: 0 } });

async function isFinished({ api }: Greeting, task: string): Promise<boolean> {
  const answer = await fetch(`${api}/v1/tasks/${task}?until=finished`, { headers: { prefer: 'wait=10' } });
  return answer.status === 200 && ((await answer.json()) as { status: string }).status === 'finished';
}

/** What a program promises that receives from a queue of any kind and is killed at each step. To be called in a `describe`. */
export function killedAtSteps(startQueue: () => Promise<ProgramQueue>): void {
  let folder: string;
  let queue: ProgramQueue;
  beforeAll(async () => {
    folder = makeFolder();
    queue = await startQueue();
  });
  afterEach(endAll);
  afterAll(async () => {
    await queue.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (failpoints?: string) => {
    const killed: Record<string, string> = failpoints === undefined ? {} : { NODE_ENV: 'test', FAILPOINTS: failpoints };
    return startStandalone({ env: { DATA_DIR: join(folder, 'ledger'), ...queue.settings, ...killed } });
  };

  it.each(STEPS)('%s loses nothing', async (name, failpoints) => {
    const tasks = Array.from({ length: 40 }, (_, number) => `${name.replaceAll(' ', '-')}-${number}`);
    await queue.send(tasks.map(notification));
    const killed = start(failpoints);
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
    const greeting = await start().greeting();
    await eventually(async () => (await queue.remaining()) === 0, { what: 'an empty queue' });
    for (const task of tasks) await eventually(() => isFinished(greeting, task));
  });
}
