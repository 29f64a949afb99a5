import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from './standalone/checkout';
import { outcomeOf, SAMPLE_ID } from './standalone/notifications';
import { endAll, startStandalone, type Greeting } from './standalone/process';

jest.setTimeout(240_000);

let folder: string;
beforeAll(() => (folder = makeFolder()));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join('test/fixtures/mps', `${name}.json`), 'utf8')));
const SAMPLES = [fixture('seed-000-workflowtask-cmq-event'), fixture('seed-002-parsenotification-response')];

/** Runs the import as users do; answers how it ended, and what it said. */
function importing(dataDir: string, args: readonly string[], input = '') {
  const env = { PATH: process.env['PATH'], HOME: folder, DATA_DIR: dataDir, LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, ['dist/apps/ingest/import/main.js', ...args], { env });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<typeof said & { code: number | null }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...said })),
  );
  return { ended, kill: () => child.kill('SIGKILL') };
}

interface TaskList {
  readonly items: readonly { readonly task_id: string }[];
  readonly next_cursor: string | null;
}

async function tasksOf({ api }: Greeting): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await fetch(`${api}/v1/tasks?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const { items, next_cursor: next } = (await answer.json()) as TaskList;
    for (const { task_id: id } of items) ids.add(id);
    cursor = next ?? null;
  }
  return ids;
}

describe('npm run import', () => {
  it('imports both samples into the running ledger, by file, gzip and pipe, and reports what is no notification', async () => {
    const dataDir = join(folder, 'running');
    const greeting = await startStandalone({ env: { DATA_DIR: dataDir } }).greeting();
    const file = join(folder, 'samples.ndjson.gz');
    writeFileSync(file, gzipSync(`${SAMPLES.join('\r\n')}\nno JSON\n`));

    const first = await importing(dataDir, [file, '--json']).ended;
    expect(first.code).toBe(1);
    expect(JSON.parse(first.stdout)).toMatchObject({ ok: false, lines: 3, imported: 2, bad: 1, resumed_after: null });
    expect(first.stderr).toContain('"line":3,"reason":"not-json"');
    expect(await outcomeOf(greeting, SAMPLE_ID)).toBe('partially-failed');

    const again = await importing(dataDir, [file]).ended;
    expect(again).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('2 notifications imported (0 of them now)') as string,
    });
    expect(again.stderr).toContain('Resuming after line 3');

    const piped = await importing(dataDir, ['-', '--json', '--account', 'team-a'], SAMPLES.join('\n')).ended;
    expect(piped.code).toBe(0);
    expect(JSON.parse(piped.stdout)).toMatchObject({ ok: true, imported: 2 });
    const ofTeam = `${greeting.api}/v1/tasks/${encodeURIComponent(SAMPLE_ID)}?account=team-a`;
    await eventually(async () => (await fetch(ofTeam)).status === 200);
  });

  it('checks without a ledger, appending nothing', async () => {
    const file = join(folder, 'check.ndjson');
    writeFileSync(file, `${SAMPLES.join('\n')}\n[]\n`);
    const { code, stdout } = await importing(join(folder, 'none'), [file, '--dry-run', '--json']).ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ dry_run: true, imported: 2, imported_now: 0, bad: 1 },
      found: { tasks: 2, without_task: 0, event_types: { WorkflowTask: 2 } },
    });
    expect(existsSync(`${file}.mps-import.json`)).toBe(false);
  });

  it.each([
    ['a file that does not exist', () => join(folder, 'missing'), 'there is no such file'],
    ['a folder', () => folder, 'is a folder'],
  ])('refuses %s as wrong usage', async (_, path, message) => {
    const { code, stderr } = await importing(join(folder, 'none'), [path()]).ended;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  });

  it('says that there is no ledger yet', async () => {
    mkdirSync(join(folder, 'empty'));
    const { code, stderr } = await importing(join(folder, 'empty'), ['-']).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('There is no ledger in');
  });

  it('loses nothing by a kill -9, and the same command resumes', async () => {
    const dataDir = join(folder, 'killed');
    const first = startStandalone({ env: { DATA_DIR: dataDir } });
    await first.greeting();
    first.signal('SIGTERM');
    await first.ended;
    const ids = Array.from({ length: 6_000 }, (_, number) => `kill-${number}`);
    const file = join(folder, 'kill.ndjson');
    const padding = 'x'.repeat(1_000);
    const body = (id: string) => ({
      EventType: 'WorkflowTask',
      WorkflowTaskEvent: { TaskId: id, Status: 'FINISH' },
      padding,
    });
    writeFileSync(file, ids.map((id) => JSON.stringify(body(id))).join('\n'));

    const killed = importing(dataDir, [file]);
    await eventually(() => existsSync(`${file}.mps-import.json`));
    killed.kill();
    expect(await killed.ended).toMatchObject({ code: null });

    const { code, stdout, stderr } = await importing(dataDir, [file, '--json']).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/Resuming after line \d/) as string });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, lines: 6_000, imported: 6_000, bad: 0 });
    expect((JSON.parse(stdout) as { resumed_after: number }).resumed_after).toBeLessThan(6_000);
    const greeting = await startStandalone({ env: { DATA_DIR: dataDir } }).greeting();
    await eventually(async () => (await tasksOf(greeting)).size >= ids.length, { timeoutMs: 90_000 });
    expect([...(await tasksOf(greeting))].sort()).toEqual([...ids].sort());
  });
});
