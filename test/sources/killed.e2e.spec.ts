import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { DOUBLE_SECRET, startCmqDouble, type CmqDouble } from '@mps-ledger/testing';
import { makeFolder } from '../standalone/checkout';
import { endAll, startStandalone, type Greeting } from '../standalone/process';

jest.setTimeout(180_000);

const QUEUE = 'mps-events';
const VISIBILITY_MS = 30_000;

let folder: string;
let double: CmqDouble;

beforeAll(async () => {
  folder = makeFolder();
  double = await startCmqDouble({ queues: [QUEUE] });
});
afterEach(endAll);
afterAll(async () => {
  await double.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(failpoints?: string) {
  const queue = {
    ...{ CMQ_ENDPOINT: double.url, CMQ_QUEUE: QUEUE },
    ...{ CMQ_SECRET_ID: DOUBLE_SECRET.id, CMQ_SECRET_KEY: DOUBLE_SECRET.key },
  };
  const killed: Record<string, string> = failpoints === undefined ? {} : { NODE_ENV: 'test', FAILPOINTS: failpoints };
  return startStandalone({ env: { DATA_DIR: join(folder, 'ledger'), ...queue, ...killed } });
}

const notification = (TaskId: string): string =>
  JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId, Status: 'FINISH', ErrCode: 0 } });

async function isFinished({ api }: Greeting, task: string): Promise<boolean> {
  const answer = await fetch(`${api}/v1/tasks/${task}?until=finished`, { headers: { prefer: 'wait=10' } });
  return answer.status === 200 && ((await answer.json()) as { status: string }).status === 'finished';
}

describe('a program that receives from a queue and is killed', () => {
  it.each([
    ['when it has received', 'source-queue.received=kill'],
    ['before it has logged', 'ingest.before-append=kill@20'],
    ['when it has logged', 'ingest.after-append=kill@3'],
    ['before it has deleted', 'source-queue.before-delete=kill'],
    ['when it has deleted', 'source-queue.after-delete=kill'],
  ])('%s loses nothing', async (name, failpoints) => {
    const tasks = Array.from({ length: 40 }, (_, number) => `${name.replaceAll(' ', '-')}-${number}`);
    double.send(QUEUE, tasks.map(notification));
    const killed = start(failpoints);
    expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
    double.advance(VISIBILITY_MS);
    const greeting = await start().greeting();
    await eventually(() => double.stats(QUEUE).visible + double.stats(QUEUE).invisible === 0);
    for (const task of tasks) await eventually(() => isFinished(greeting, task));
  });
});
