import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from './checkout';
import { allDerived, outcomeOf, send } from './notifications';
import { endAll, isListening, serverOn, startStandalone, type Greeting, type Standalone } from './process';

jest.setTimeout(180_000);

let folder: string;
let dataDir: string;

beforeAll(() => {
  folder = makeFolder();
  dataDir = join(folder, 'ledger');
});
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Standalone => startStandalone({ env: { DATA_DIR: dataDir } });

/** Sends until told to stop, and keeps the receipts of what was acknowledged. */
function sending(to: Greeting, name: string): { receipts: string[]; tasks: string[]; stop: () => Promise<void> } {
  const receipts: string[] = [];
  const tasks: string[] = [];
  let going = true;
  const lane = async (number: number): Promise<void> => {
    for (let n = 0; going; n += 1) {
      const task = `${name}-${number}-${n}`;
      const receipt = await send(to, task);
      if (receipt !== null) {
        receipts.push(receipt);
        tasks.push(task);
      }
    }
  };
  const lanes = [1, 2, 3].map(lane);
  const stop = async (): Promise<void> => {
    going = false;
    await Promise.all(lanes);
  };
  return { receipts, tasks, stop };
}

const KILLS: readonly [string, (program: Standalone) => void][] = [
  ['of the process', (program) => program.signal('SIGKILL')],
  [
    'of the process and of its Postgres',
    (program) => {
      process.kill(serverOn(dataDir).pid, 'SIGKILL');
      program.signal('SIGKILL');
    },
  ],
];

describe('all that was acknowledged is there', () => {
  it.each(KILLS)('at the next start after a kill -9 %s', async (name, kill) => {
    const first = start();
    const sent = sending(await first.greeting(), name);
    await eventually(() => sent.receipts.length >= 40);
    kill(first);
    await first.ended;
    await sent.stop();

    const second = start();
    const greeting = await second.greeting();
    await allDerived(greeting, sent.receipts);
    expect(await outcomeOf(greeting, sent.tasks.at(-1) ?? '')).toBe('partially-failed');
  });

  it('a moment after a kill -9 of Postgres alone, without a new start', async () => {
    const program = start();
    const greeting = await program.greeting();
    const sent = sending(greeting, 'postgres');
    await eventually(() => sent.receipts.length >= 20);
    const before = sent.receipts.length;
    process.kill(serverOn(dataDir).pid, 'SIGKILL');
    await eventually(() => sent.receipts.length >= before + 20, { timeoutMs: 60_000 });
    await sent.stop();
    await allDerived(greeting, sent.receipts);
  });
});

describe('a Postgres that hangs', () => {
  (process.platform === 'linux' ? it : it.skip)(
    'does not outlive a SIGTERM to the program, which ends within ten seconds',
    async () => {
      const program = start();
      await program.greeting();
      const server = serverOn(dataDir);
      const sessions = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
        .trim()
        .split(' ')
        .map(Number);
      for (const pid of [server.pid, ...sessions]) process.kill(pid, 'SIGSTOP');
      const began = performance.now();
      program.signal('SIGTERM');
      await program.ended;
      await eventually(async () => !(await isListening(server.port)), { timeoutMs: 2_000 });
      expect(performance.now() - began).toBeLessThan(10_000);
      await start().greeting();
    },
  );
});

describe('after a kill -9 of the process', () => {
  it('its Postgres ends, too, without another start', async () => {
    const program = start();
    await program.greeting();
    const { port } = serverOn(dataDir);
    program.signal('SIGKILL');
    await eventually(async () => !(await isListening(port)));
  });
});
