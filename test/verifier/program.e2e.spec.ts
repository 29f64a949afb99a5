import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts } from '@mps-ledger/testing';
import { makeFolder } from '../standalone/checkout';
import { send } from '../standalone/notifications';
import { endAll, isListening, serverOn, startStandalone } from '../standalone/process';

jest.setTimeout(180_000);

const MAIN = join(process.cwd(), 'dist/apps/verifier/main.js');

let folder: string;
let dataDir: string;

beforeAll(() => {
  folder = makeFolder();
  dataDir = join(folder, 'ledger');
});
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = { DATA_DIR: dataDir }): Promise<Said> {
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

describe('wrong usage ends with 2, saying what would be right', () => {
  it('of options', async () => {
    const { code, stdout, stderr } = await run(['--jurnal', 'x']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/--jurnal[\s\S]*npm run verify --/);
  });

  it('of files, before anything is started', async () => {
    const { code, stdout, stderr } = await run(['--journal', file('given', '{}\n'), '--truth', 'missing'], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^given:1 has no seq/);
  });

  it('of the settings', async () => {
    const { code, stderr } = await run([], { DATABASE_URL: 'mysql://x', EVENT_LOG: 'paper' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/DATABASE_URL[\s\S]*EVENT_LOG/);
  });
});

describe('what keeps it from telling ends with 1', () => {
  it('no ledger in the folder', async () => {
    const { code, stderr } = await run([], { DATA_DIR: join(folder, 'nothing') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/There is no ledger in .*nothing/);
  });

  it('a database that cannot be reached', async () => {
    const [port] = await freePorts(1);
    const { code, stdout, stderr } = await run([], { DATABASE_URL: `postgres://u:secret@127.0.0.1:${port}/x` });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/ECONNREFUSED/);
    expect(stderr).not.toMatch(/secret|\n +at /);
  });
});

describe('an embedded ledger', () => {
  it('is verified while it runs and when it is stopped, and left as it was', async () => {
    const program = startStandalone({ env: { DATA_DIR: dataDir, LEDGER_PARTITIONS: '2', SHUTDOWN_DELAY_MS: '0' } });
    const greeting = await program.greeting();
    const receipts = await Promise.all(Array.from({ length: 12 }, (_, n) => send(greeting, `task-${n}`)));
    expect(receipts).not.toContain(null);

    const running = await run(['--json', '--wait', '60']);
    expect(running).toMatchObject({ code: 0 });
    const result = JSON.parse(running.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({
      ok: true,
      log_generation: 1,
      event_generation: 1,
      partitions: 2,
      log: receipts[0]?.split('.')[1],
    });
    expect(running.stderr).toMatch(/^\{"step":"log","done":0,"total":\d+\}$/m);
    expect((await fetch(`${greeting.api}/readyz`)).status).toBe(200);

    program.signal('SIGTERM');
    await program.ended;
    const stopped = await run([]);
    expect(stopped).toMatchObject({ code: 0, stdout: expect.stringMatching(/Verified: nothing differs\./) });
    expect(stopped.stdout).toMatch(/started to be verified/);
    const { port } = serverOnOrNone();
    if (port > 0) await eventually(async () => !(await isListening(port)));

    await tellsDifferences(receipts[0] ?? '');
  });

  /** Its server's port; 0 where there is none. */
  function serverOnOrNone(): { readonly port: number } {
    try {
      return serverOn(dataDir);
    } catch {
      return { port: 0 };
    }
  }

  async function tellsDifferences(receipt: string): Promise<void> {
    const journal = file(
      'j',
      `${JSON.stringify({ seq: 1, task_id: null, sha256: 'a'.repeat(64), status: 200, receipt })}\n`,
    );
    // JSON may hold a line separator of Unicode, which ends no line.
    const truth = file('t', '{"task_id":"task-1","session_id":"a\u2028b"}\n');
    const { code, stdout } = await run(['--journal', journal, '--truth', truth, '--json']);
    expect(code).toBe(3);
    const result = JSON.parse(stdout) as {
      ok: boolean;
      checks: { name: string; ok: boolean; differences: object[] }[];
    };
    expect(result.ok).toBe(false);
    const found = result.checks.filter(({ ok }) => !ok);
    expect(found).toMatchObject([
      { name: 'acknowledged', differences: [{ where: { seq: 1, file: 'j' }, expected: { sha256: 'a'.repeat(64) } }] },
      { name: 'truth', differences: [{ where: { task_id: 'task-1' }, expected: { session_id: 'a\u2028b' } }] },
    ]);
    const text = await run(['--journal', journal, '--truth', truth]);
    expect(text).toMatchObject({ code: 3, stdout: expect.stringMatching(/NOT VERIFIED: acknowledged, truth/) });
  }
});
