import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeCheckout, makeFolder } from './checkout';
import { CURL } from './curl';
import { outcomeOf, SAMPLE_ID } from './notifications';
import { endAll, isListening, serverOn, startStandalone } from './process';

jest.setTimeout(120_000);

let folder: string;
let tree: string;

beforeAll(() => {
  folder = makeFolder();
  tree = makeCheckout(join(folder, "somebody's own checkout"), { modules: 'linked' });
});
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Understood by a shell, but sent by node. */
function copied(command: string): unknown {
  const script = `curl() { "$NODE" -e "$CURL" -- "$@"; }; ${command}`;
  const env = { ...process.env, NODE: process.execPath, CURL };
  return JSON.parse(execFileSync('sh', ['-c', script], { cwd: '/', env, encoding: 'utf8' }));
}

describe('npm start, in a path with spaces and a quote in it', () => {
  it('runs everything, and the commands that it prints, pasted together, send the first sample and show its task', async () => {
    const first = startStandalone({ tree, npm: true });
    const greeting = await first.greeting();
    const [send, show] = greeting.commands;
    expect(copied(send ?? '')).toMatchObject({ code: 0 });
    expect(copied(show ?? '')).toMatchObject({
      ...{ task_id: SAMPLE_ID, status: 'finished', error_code: 0 },
      outcome: 'partially-failed',
    });
    expect(greeting.data).toContain(join(tree, '.mps-ledger'));
  });

  it('ends with all it started when npm is told to stop, within ten seconds', async () => {
    const second = startStandalone({ tree, npm: true });
    const greeting = await second.greeting();
    const { port } = serverOn(join(tree, '.mps-ledger'));
    expect(await isListening(port)).toBe(true);
    const begun = Date.now();
    second.signal('SIGTERM');
    await second.ended;
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(await isListening(port)).toBe(false);
    expect(await isListening(Number(new URL(greeting.api).port))).toBe(false);
  });

  it('has the task again at the next start, and ends on Ctrl-C', async () => {
    const third = startStandalone({ tree, npm: true });
    expect(await outcomeOf(await third.greeting(), SAMPLE_ID)).toBe('partially-failed');
    const { port } = serverOn(join(tree, '.mps-ledger'));
    third.ctrlC();
    await third.ended;
    expect(await isListening(port)).toBe(false);
  });

  it('can be stopped while it starts', async () => {
    const other = startStandalone({ tree, env: { DATA_DIR: join(folder, 'stopped') } });
    await new Promise((resolve) => setTimeout(resolve, 500));
    other.signal('SIGINT');
    await other.ended;
    const again = startStandalone({ tree, env: { DATA_DIR: join(folder, 'stopped') } });
    await again.greeting();
  });
});
