import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execFile } from 'node:child_process';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from './standalone/checkout';
import { endAll, startStandalone, type Greeting, type Standalone } from './standalone/process';

jest.setTimeout(300_000);

let folder: string;
beforeAll(() => (folder = makeFolder()));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = 'notify-key-of-this-spec';
const TASKS = 40;

interface ToolEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(tool: 'import' | 'export', dataDir: string, ...args: readonly string[]): Promise<ToolEnd> {
  const env = { PATH: process.env['PATH'], HOME: folder, DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [`dist/apps/ingest/${tool}/main.js`, ...args],
      { env },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const start = (dataDir: string, partitions: string): Standalone =>
  startStandalone({
    env: { DATA_DIR: dataDir, LEDGER_PARTITIONS: partitions, MPS_NOTIFY_KEY: KEY, MPS_NOTIFY_EXPIRED: 'accept' },
  });

async function stop(standalone: Standalone): Promise<void> {
  standalone.signal('SIGTERM');
  await standalone.ended;
}

const SAMPLE = JSON.parse(readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json', 'utf8')) as {
  readonly WorkflowTaskEvent: object;
};

/** The first sample as another task's, signed; every third signature has expired, so that trust differs. */
function signed(number: number, status: string): string {
  const timestamp = Math.floor(Date.now() / 1000) + (number % 3 === 0 ? -7_200 : 600);
  const Sign = createHash('md5').update(`${timestamp}${KEY}`).digest('hex');
  const event = { ...SAMPLE.WorkflowTaskEvent, TaskId: `task-${number}`, Status: status };
  return JSON.stringify({ ...SAMPLE, WorkflowTaskEvent: event, Timestamp: timestamp, Sign });
}

async function sendAll(to: Greeting): Promise<void> {
  for (const status of ['PROCESSING', 'FINISH'])
    for (let number = 0; number < TASKS; number += 1) {
      const answer = await fetch(to.callbacks, { method: 'POST', body: signed(number, status) });
      expect(answer.status).toBe(200);
    }
}

type Answer = Readonly<Record<string, unknown>>;

async function json(url: string): Promise<Answer> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

/** Every task with its history, once both are complete: without places in the log and times of the log. */
async function ledgerOf({ api }: Greeting): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  for (let number = 0; number < TASKS; number += 1) {
    const url = `${api}/v1/tasks/task-${number}`;
    const task = await eventually(
      async () => {
        const answer = await json(url);
        if (answer['version'] !== 2 || answer['incomplete'] !== false) throw new Error(JSON.stringify(answer));
        return answer;
      },
      { timeoutMs: 90_000, what: url },
    );
    const { items } = (await json(`${url}/history?limit=100`)) as unknown as { items: readonly Answer[] };
    const events = items.map(({ annotations, event }) => ({ annotations, event: withoutPlace(event as Answer) }));
    found.push({ ...task, updated: null, events });
  }
  return found;
}

const withoutPlace = ({ rawoffset: _, ...event }: Answer): Answer => event;

describe('an export that is restored', () => {
  it.each(['12', '5'])(
    'into a second ledger, of %s partitions, gives the same tasks with the same trust',
    async (partitions) => {
      const [first, second] = [join(folder, `first-${partitions}`), join(folder, `second-${partitions}`)];
      const file = join(folder, `raw-${partitions}.ndjson.gz`);
      const from = start(first, '12');
      const greeting = await from.greeting();
      await sendAll(greeting);
      const before = await ledgerOf(greeting);
      const exported = await run('export', first, '--out', file, '--json');
      expect({ ...exported, stdout: JSON.parse(exported.stdout) as unknown }).toMatchObject({
        ...{ code: 0, stdout: { file, records: 2 * TASKS } },
      });
      await stop(from);

      await stop(await started(start(second, partitions)));
      const restored = await run('import', second, '--restore', file, '--json');
      expect(restored).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(restored.stdout)).toMatchObject({ ok: true, records: 2 * TASKS, records_now: 2 * TASKS });
      const into = await start(second, partitions).greeting();
      const after = await ledgerOf(into);
      expect(after).toEqual(before);
      const confirmations = after.map(({ confirmation }) => confirmation);
      expect(new Set(confirmations)).toEqual(new Set(['confirmed', 'unconfirmed']));
    },
  );

  it('is refused by a ledger that has records, and damaged it is refused by any, without a trace', async () => {
    const dataDir = join(folder, 'used');
    const file = join(folder, 'used.ndjson');
    const used = start(dataDir, '3');
    const { callbacks } = await used.greeting();
    expect((await fetch(callbacks, { method: 'POST', body: signed(1, 'FINISH') })).status).toBe(200);
    expect(await run('export', dataDir, '--out', file)).toMatchObject({ code: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const again = await run('export', dataDir, '--out', file);
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it exists, and is not replaced') as string,
    });
    const refused = await run('import', dataDir, '--restore', file);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The log has 1 raw records already') as string,
    });

    const cut = join(folder, 'cut.ndjson');
    writeFileSync(cut, readFileSync(file, 'utf8').split('\n').slice(0, 2).join('\n'));
    const damaged = await run('import', dataDir, '--restore', cut);
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringContaining('the export was cut off') as string });
    const dry = await run('import', join(folder, 'none'), '--restore', file, '--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('1 raw records of log') as string });
    const asBodies = await run('import', dataDir, file);
    expect(asBodies).toMatchObject({ code: 2, stderr: expect.stringContaining('--restore') as string });
    expect(readdirSync(folder).filter((name) => name.endsWith('.mps-import.json'))).toEqual([
      'raw-12.ndjson.gz.mps-import.json',
      'raw-5.ndjson.gz.mps-import.json',
    ]);
  });

  it('to standard output is the same as into a file, and one that fails leaves no file', async () => {
    const dataDir = join(folder, 'first-12');
    const piped = await run('export', dataDir);
    const lines = (text: string) => text.split('\n').slice(1, -2);
    expect(lines(piped.stdout)).toEqual(lines(gunzipSync(readFileSync(join(folder, 'raw-12.ndjson.gz'))).toString()));
    expect(piped.stderr).toContain('80 raw records');
    const failed = await run('export', join(folder, 'no-ledger'), '--out', join(folder, 'failed.ndjson'));
    expect(failed.code).toBe(1);
    expect(existsSync(join(folder, 'failed.ndjson'))).toBe(false);
  });
});

async function started(standalone: Standalone): Promise<Standalone> {
  await standalone.greeting();
  return standalone;
}
