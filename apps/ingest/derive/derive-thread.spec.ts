import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '@mps-ledger/platform';
import { startDeriveThread } from './derive-thread';
import { ingestSettings } from '../ingest.config';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'derive-thread-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const env = { EVENT_LOG: 'postgres', DATABASE_URL: 'postgres://ledger@127.0.0.1/ledger' };
const config = readConfiguration(ingestSettings, env, { app: 'spec' });

/** A thread that runs these statements; resolves what it said and how it failed once it says that it is done, or fails. */
async function threadOf(statements: string) {
  const program = join(folder, `${Math.random()}.cjs`);
  writeFileSync(program, `const { parentPort, workerData } = require('node:worker_threads');\n${statements}`);
  const reported: unknown[] = [];
  let stands: ReturnType<ReturnType<typeof startDeriveThread>['derive']>['problems'] = () => [];
  let thread: ReturnType<typeof startDeriveThread> | undefined;
  const failure = await new Promise<unknown>((resolve) => {
    const metrics = {
      appended: (types: readonly string[]) => void reported.push(...types),
      notInterpreted: (reason: string) => (reason === 'done' ? resolve(null) : void reported.push(reason)),
      readAgain: (held: boolean) => void reported.push(held),
      failed: (code: string) => void reported.push(code),
    };
    thread = startDeriveThread({ config, fail: resolve, program });
    const { problems } = thread.derive(metrics, {
      logId: 'abcdefghijkl',
      logGeneration: 1,
      eventGeneration: 1,
      partitions: 12,
    });
    stands = problems;
  });
  return { reported, failure, problems: () => stands(), stop: async () => thread?.stop() };
}

const DONE = `parentPort.postMessage({ notInterpreted: 'done' });`;

describe('the thread that derives', () => {
  it('has the settings, reports what it counts, and ends on command', async () => {
    const { reported, failure, stop } = await threadOf(`
      parentPort.once('message', (first) => {
        parentPort.once('message', (second) => process.exit([first.derive.logId, second].join(' ') === 'abcdefghijkl stop' ? 0 : 1));
      });
      parentPort.postMessage({ appended: ['task.finished', 'task.finished'] });
      parentPort.postMessage({ notInterpreted: workerData.config.EVENT_LOG });
      ${DONE}`);
    await stop();
    expect({ reported, failure }).toEqual({ reported: ['task.finished', 'task.finished', 'postgres'], failure: null });
  });

  it('reports problems, failures, and what it read again', async () => {
    const problem = { partition: 3, code: 'log-replaced', reason: 'it is shorter', since: '2026-11-22T09:00:00.000Z' };
    const { reported, problems, stop } = await threadOf(`
      parentPort.on('message', (task) => task === 'stop' && process.exit());
      parentPort.postMessage({ intactAgain: true });
      parentPort.postMessage({ failed: 'log-replaced' });
      parentPort.postMessage({ problems: [${JSON.stringify(problem)}] });
      ${DONE}`);
    expect({ reported, problems: problems() }).toEqual({ reported: [true, 'log-replaced'], problems: [problem] });
    await stop();
  });

  it.each([
    ['throws', `throw new TypeError('odd');`, 'odd'],
    ['ends', 'process.exit(3);', 'the derive thread ended unexpectedly (exit code 3)'],
  ])('fails the program where it %s', async (_, statements, message) => {
    const { failure } = await threadOf(statements);
    expect(failure).toEqual(expect.objectContaining({ message }));
  });
});
