import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, RecordingHandler } from '@mps-ledger/testing';
import { makeFolder } from '../standalone/checkout';
import { endAll, startStandalone, type Greeting, type Standalone } from '../standalone/process';

jest.setTimeout(240_000);

const WAIT = { timeoutMs: 90_000 };

let folder: string;
let handler: RecordingHandler;

beforeEach(async () => {
  folder = makeFolder();
  handler = await new RecordingHandler().start();
});
afterEach(async () => {
  await endAll();
  await handler.stop();
  rmSync(folder, { recursive: true, force: true });
});

function forwardTo(url: string | undefined): void {
  const to = url === undefined ? '' : `, forward_to: "${url}"`;
  writeFileSync(join(folder, 'sources.yaml'), `sources: [{ id: a, kind: callback, path: a${to} }]\n`);
}

function start(more: Record<string, string> = {}): Standalone {
  const settings = { DATA_DIR: join(folder, 'ledger'), SOURCES_FILE: join(folder, 'sources.yaml') };
  return startStandalone({ env: { ...settings, ...more } });
}

const bodyOf = (task: string): string =>
  JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: task, Status: 'PROCESSING' } });
const tasksOf = (name: string): readonly string[] =>
  Array.from({ length: 20 }, (_, number) => bodyOf(`${name}-${number}`));

/** Posts these; those that are not acknowledged, since the program was killed meanwhile, are none of the result. */
async function post({ callbacks }: Greeting, bodies: readonly string[]): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  for (const body of bodies) {
    const answer = await fetch(new URL('a', callbacks), { method: 'POST', body }).catch(() => null);
    if (answer?.status === 200) acknowledged.push(body);
  }
  return acknowledged;
}

const gotAll = (bodies: readonly string[]) =>
  eventually(() => {
    const got = new Set(handler.texts());
    return bodies.every((body) => got.has(body));
  }, WAIT);

it('what was acknowledged is forwarded, whatever a program is killed at, and while the handler is away', async () => {
  forwardTo(handler.url);
  const killed = start({ NODE_ENV: 'test', FAILPOINTS: 'forward.after-post=kill@5' });
  const first = await post(await killed.greeting(), tasksOf('first'));
  expect(await killed.ended).toMatchObject({ signal: 'SIGKILL' });
  expect(handler.got.length).toBeGreaterThanOrEqual(5);
  const again = start();
  const greeting = await again.greeting();
  await gotAll(first);
  await handler.stop();
  const second = await post(greeting, tasksOf('second'));
  expect(second).toHaveLength(20);
  again.signal('SIGKILL');
  await again.ended;
  const last = start();
  const readyz = async ({ api }: Greeting) => (await fetch(`${api}/readyz?verbose`)).text();
  const lastGreeting = await last.greeting();
  await eventually(async () => (await readyz(lastGreeting)).includes('ECONNREFUSED'), WAIT);
  await handler.start();
  await gotAll([...first, ...second]);
  await eventually(async () => !(await readyz(lastGreeting)).includes('ECONNREFUSED'), WAIT);
});

it('SIGHUP switches it on, without the history, to another handler, and off', async () => {
  const other = await new RecordingHandler().start();
  forwardTo(undefined);
  const [port] = await freePorts(1);
  const program = start({ CALLBACK_PORT: `${port}` });
  const greeting = await program.greeting();
  const hangUp = async (url: string | undefined, times: number) => {
    forwardTo(url);
    program.signal('SIGHUP');
    await eventually(() => program.stderr().split('the file of sources was read again').length > times, WAIT);
  };
  await post(greeting, tasksOf('history'));
  await hangUp(handler.url, 1);
  await post(greeting, tasksOf('on'));
  await gotAll(tasksOf('on'));
  handler.answer = (response) => void response.writeHead(500).end();
  await post(greeting, tasksOf('moved'));
  await hangUp(other.url, 2);
  await eventually(() => tasksOf('moved').every((body) => other.texts().includes(body)), WAIT);
  await hangUp(undefined, 3);
  await post(greeting, tasksOf('off'));
  await hangUp(other.url, 4);
  await post(greeting, tasksOf('again'));
  await eventually(() => tasksOf('again').every((body) => other.texts().includes(body)), WAIT);
  const all = [...handler.texts(), ...other.texts()].join();
  expect(all).not.toMatch(/history|off-/);
  forwardTo(greeting.callbacks);
  program.signal('SIGHUP');
  await eventually(() => program.stderr().includes('nothing has changed'), WAIT);
  program.signal('SIGTERM');
  expect(await program.ended).toMatchObject({ code: 0 });
  await other.stop();
});
