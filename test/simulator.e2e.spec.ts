import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';

type Members = Readonly<Record<string, unknown>>;

interface Ended {
  readonly code: number | null;
  /** What it printed on standard output, which is one JSON object. */
  readonly summary: Members;
  readonly stderr: string;
}

interface Simulating {
  readonly stderr: () => string;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

const HOSTILE =
  '--duplicate 0.2 --reorder 0.3 --late 0.1 --lose 0.05 --contradict 0.1 --unknown 0.2 --connections 16'.split(' ');

/** Starts the built simulator, as `npm run simulate` does. */
function simulate(...words: readonly string[]): Simulating {
  const script = join(process.cwd(), 'dist/apps/simulator/main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...words], {
    env: { PATH: process.env['PATH'], API_KEYS: 'from-the-environment,and-one-more-for-rotation' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return {
    stderr: () => said.stderr,
    signal: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => {
      child.once('close', (code) => {
        const summary = said.stdout === '' ? {} : (JSON.parse(said.stdout) as Members);
        resolve({ code, summary, stderr: said.stderr });
      });
    }),
  };
}

const linesOf = (file: string): readonly Members[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Members);

describe('the simulator', () => {
  let folder: string;
  let program: AppProcess;
  let env: Record<string, string>;
  let api: string;
  let callbacks: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mps-ledger-simulator-'));
    // Else, as root, the database's user could not enter it, and the data would lie elsewhere and stay.
    chmodSync(folder, 0o755);
    const [apiPort, callbackPort] = await freePorts(2);
    api = `http://127.0.0.1:${apiPort}`;
    callbacks = `http://127.0.0.1:${callbackPort}/notify/mps`;
    env = {
      API_PORT: `${apiPort}`,
      CALLBACK_PORT: `${callbackPort}`,
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'warn',
    };
    program = startApp('apps/standalone/main.js', { env });
    await ready();
  }, 120_000);

  afterAll(async () => {
    program.signal('SIGINT');
    await program.ended;
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  async function ready(): Promise<void> {
    await eventually(async () => (await fetch(`${api}/readyz`)).status === 200, {
      timeoutMs: 90_000,
      what: 'it to be ready',
    });
  }

  /** The program anew, over the same data. */
  async function again(more: Record<string, string>, signal: NodeJS.Signals): Promise<void> {
    program.signal(signal);
    await program.ended;
    program = startApp('apps/standalone/main.js', { env: { ...env, ...more } });
    await ready();
  }

  const file = (name: string): string => join(folder, name);

  it('finds every answer to be what it decided, under all hostilities at once', async () => {
    const { code, summary, stderr } = await simulate(
      ...['--to', callbacks, '--tasks', '300', '--mode', 'change', '--seed', 'e2e', ...HOSTILE],
      ...['--journal', file('journal'), '--truth', file('truth'), '--check', api],
    ).ended;
    expect(summary).toMatchObject({
      check: { different: 0, differences: [] },
      refused: 0,
      uncertain: 0,
      failure: null,
    });
    expect([code, summary['tasks']]).toEqual([0, 300]);
    for (const line of stderr.trimEnd().split('\n').filter(Boolean)) expect(JSON.parse(line)).toHaveProperty('total');
    const journal = linesOf(file('journal'));
    expect(journal).toHaveLength(Number(summary['sends']));
    expect(new Set(journal.map(({ seq }) => seq)).size).toBe(journal.length);
    for (const { sha256, receipt } of journal)
      expect(`${String(sha256)} ${String(receipt)}`).toMatch(/^[0-9a-f]{64} r1\./);
    const ids = linesOf(file('truth')).map(({ task_id: id }) => String(id));
    expect(ids).toEqual([...ids].sort());
    expect(ids.length).toBe(summary['truths']);
  }, 180_000);

  it('checks the files of an earlier run, and ends with 3 where an answer differs', async () => {
    const earlier = ['--tasks', '0', '--journal', file('journal'), '--check', api, '--truth'];
    expect(await simulate(...earlier, file('truth')).ended).toMatchObject({
      code: 0,
      summary: { check: { different: 0 } },
    });
    const lines = linesOf(file('truth'));
    const edited = lines.map((line, n) => (n === 7 ? { ...line, outcome: 'splendid' } : line));
    const more = { ...lines[0], task_id: 'never-sent' };
    writeFileSync(file('edited'), [...edited, more].map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { code, summary } = await simulate(...earlier, file('edited')).ended;
    expect(code).toBe(3);
    expect(summary['check']).toMatchObject({
      tasks: lines.length + 1,
      different: 2,
      differences: expect.arrayContaining([
        expect.objectContaining({ task_id: lines[7]?.['task_id'], member: 'outcome', expected: '"splendid"' }),
        expect.objectContaining({ task_id: 'never-sent', member: 'task', got: 'none (404)' }),
      ]),
    });
  }, 60_000);

  it.each([
    ['goes on with the same bytes', '60', { uncertain: 0, refused: 0 }],
    ['knows what may be true where it gave up', '0.3', {}],
  ])(
    '%s when the ledger is killed and comes back',
    async (_, retryFor, fates) => {
      const words = [
        '--to',
        callbacks,
        '--tasks',
        '200',
        '--mode',
        'change',
        '--seed',
        `killed ${retryFor}`,
        ...HOSTILE,
      ];
      const simulating = simulate(...words, '--check', api, '--rate', '150', '--retry-for', retryFor);
      await eventually(() => /"acknowledged":\d{2,}/.test(simulating.stderr()), { what: 'the first acknowledgements' });
      await again({}, 'SIGKILL');
      const { code, summary, stderr } = await simulating.ended;
      expect(summary).toMatchObject({ tasks: 200, check: { different: 0 }, failure: null, ...fates });
      expect([code, Number(summary['repeats']) > 0]).toEqual([0, true]);
      expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
    },
    180_000,
  );

  it('stops when it is told to, with the journal and the truth of what was acknowledged', async () => {
    const words = ['--to', callbacks, '--tasks', '100000', '--seed', 'stopped', '--rate', '100'];
    const simulating = simulate(...words, '--journal', file('stopped-journal'), '--truth', file('stopped-truth'));
    await eventually(() => /"acknowledged":\d{2,}/.test(simulating.stderr()), { what: 'the first acknowledgements' });
    simulating.signal('SIGINT');
    const { code, summary } = await simulating.ended;
    expect([code, summary['interrupted']]).toEqual([1, true]);
    const journal = linesOf(file('stopped-journal'));
    expect(journal).toHaveLength(Number(summary['sends']));
    const truth = linesOf(file('stopped-truth'));
    expect(truth).toHaveLength(Number(summary['truths']));
    const check = await simulate('--tasks', '0', '--truth', file('stopped-truth'), '--check', api).ended;
    expect(check).toMatchObject({ code: 0, summary: { check: { tasks: truth.length, different: 0 } } });
  }, 120_000);

  it('signs as MPS does, asks with a key, and repeats signed bytes for the same --now', async () => {
    await again({ MPS_NOTIFY_KEY: 'the key', API_KEYS: 'from-the-environment' }, 'SIGINT');
    const words = ['--to', callbacks, '--tasks', '20', '--seed', 'signed', '--connections', '3', '--check', api];
    const first = await simulate(...words, '--sign', 'the key', '--journal', file('signed')).ended;
    expect(first).toMatchObject({ code: 0, summary: { refused: 0, check: { different: 0 } } });
    const now = String(first.summary['now']);
    const second = await simulate(...words, '--sign', 'the key', '--now', now, '--journal', file('again')).ended;
    expect(second).toMatchObject({ code: 0 });
    const bytes = (name: string) => linesOf(file(name)).map(({ seq, sha256 }) => `${String(seq)} ${String(sha256)}`);
    expect(bytes('again').sort()).toEqual(bytes('signed').sort());
    const wrong = await simulate(...words, '--sign', 'no key').ended;
    expect(wrong).toMatchObject({ code: 1, summary: { acknowledged: 0 } });
    expect(wrong.summary['failure']).toMatch(/^Nothing was acknowledged: \d+ × 401 signature-wrong\.$/);
    const keyless = await simulate(...words, '--sign', 'the key', '--api-key', 'wrong').ended;
    expect(keyless).toMatchObject({ code: 1, summary: { check: null, failure: expect.stringContaining('401') } });
  }, 120_000);

  it('says that nothing was taken, and ends with 1, where nobody listens', async () => {
    const [free] = await freePorts(1);
    const words = ['--to', `http://127.0.0.1:${free}/notify/mps`, '--tasks', '3', '--retry-for', '0.2'];
    const { code, summary } = await simulate(...words).ended;
    expect([code, summary['failure']]).toEqual([1, expect.stringContaining('Nothing was acknowledged: ')]);
  });

  it('ends with 1 where a file cannot be written, before anything is sent', async () => {
    for (const option of ['--journal', '--truth']) {
      const { code, stderr } = await simulate('--to', callbacks, option, join(file('no such folder'), 'f')).ended;
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^ENOENT[^\n]*\n$/)]);
    }
  });

  it('ends with 2 where it is used in a wrong way', async () => {
    const { code, stderr } = await simulate('--tasks', 'many').ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('--tasks is "many"; it must be an integer')]);
  });
});
