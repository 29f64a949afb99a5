import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from '../standalone/checkout';
import { endAll, startStandalone } from '../standalone/process';

jest.setTimeout(180_000);

let folder: string;
beforeAll(() => (folder = makeFolder()));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withPath = (path: string): string => `sources: [{ id: a, kind: callback, path: ${path} }]\n`;

async function statusAt(callbacks: string, path: string): Promise<number> {
  const body = JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: `at-${path}` } });
  return (await fetch(new URL(path, callbacks), { method: 'POST', body })).status;
}

it('a program takes up what its file of sources says at SIGHUP, and survives one at any time', async () => {
  const file = join(folder, 'sources.yaml');
  writeFileSync(file, withPath('one'));
  const program = startStandalone({ env: { DATA_DIR: join(folder, 'ledger'), SOURCES_FILE: file } });
  // It has read its configuration.
  await eventually(() => existsSync(join(folder, 'ledger')));
  program.signal('SIGHUP');
  const { callbacks } = await program.greeting();
  expect([await statusAt(callbacks, 'one'), await statusAt(callbacks, 'two')]).toEqual([200, 404]);
  writeFileSync(file, withPath('two'));
  program.signal('SIGHUP');
  await eventually(async () => (await statusAt(callbacks, 'two')) === 200);
  expect(await statusAt(callbacks, 'one')).toBe(404);
  writeFileSync(file, 'sources: none');
  program.signal('SIGHUP');
  await eventually(() => program.stderr().includes('nothing has changed'));
  expect(await statusAt(callbacks, 'two')).toBe(200);
  program.signal('SIGTERM');
  program.signal('SIGHUP');
  expect(await program.ended).toMatchObject({ code: 0 });
});
