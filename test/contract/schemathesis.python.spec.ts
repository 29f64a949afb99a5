import { spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { itWithPython } from '@mps-ledger/testing';
import { pythonPackages } from '../interoperability/python-packages';
import { makeFolder } from '../standalone/checkout';
import { endAll, startStandalone } from '../standalone/process';

/*
 * schemathesis makes valid and invalid requests from the contract, some thousand, and compares each answer with it: statuses, types,
 * header fields, schemas, keys, methods. What OpenAPI cannot say of requests is in ledger_hooks.py.
 */

jest.setTimeout(900_000);

/** The same requests in each run; another number makes others. */
const SEED = process.env['SCHEMATHESIS_SEED'] ?? '1';
/** Requests of each kind to an operation; many times as many to look for more. */
const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '10';

const HERE = join(process.cwd(), 'test', 'contract');
/** Empty: nothing was started. */
let folder = '';
let packages: string;
let api: string;

beforeAll(async () => {
  if ((process.env['TEST_PYTHON_MISSING'] ?? '') !== '') return;
  packages = join(process.cwd(), await pythonPackages(join(HERE, 'requirements.txt'), 'schemathesis'));
  folder = makeFolder();
  copyFileSync(join(HERE, 'ledger_hooks.py'), join(folder, 'ledger_hooks.py'));
  const greeting = await startStandalone({ env: { DATA_DIR: join(folder, 'data') } }).greeting();
  ({ api } = greeting);
  const notify = /http:\S+/.exec(greeting.callbacks)?.[0] ?? '';
  const words = '--tasks 50 --mode change --duplicate 0.2 --late 0.2 --contradict 0.1 --unknown 0.1'.split(' ');
  const simulated = await run(process.execPath, [
    ...['dist/apps/simulator/main.js', ...words, '--to', notify, '--check', api],
  ]);
  expect(simulated).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await endAll();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(program: string, words: readonly string[], options: SpawnOptionsWithoutStdio = {}): Promise<Ended> {
  const child = spawn(program, words, options);
  child.stdin.end();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** Runs it over all operations that end: a stream of events does not. Its report is long, and shown as it is. */
async function findNothing(key?: string): Promise<void> {
  const words = ['-m', 'schemathesis.cli', '--config-file', join(HERE, 'schemathesis.toml'), 'run'];
  const what = ['--exclude-path', '/v1/stream', '--checks', 'all', '--continue-on-failure', '--no-color'];
  // One worker: Python 3.11 may fail to parse in two threads at once (AST constructor recursion depth mismatch), and computes in one anyway.
  const how = ['--seed', SEED, '--max-examples', EXAMPLES, '--workers', '1'];
  const keyed = key === undefined ? [] : ['--header', `Authorization: Bearer ${key}`];
  const { code, output } = await run('python3', [...words, `${api}/openapi.json`, ...what, ...how, ...keyed], {
    cwd: folder,
    env: {
      ...{ PATH: process.env['PATH'], HOME: folder, PYTHONPATH: `${packages}:${folder}` },
      ...{ SCHEMATHESIS_HOOKS: 'ledger_hooks', LEDGER_API: api, ...(key !== undefined && { LEDGER_KEY: key }) },
    },
  });
  if (code !== 0) throw new Error(output);
  expect(/(\d+) generated/.exec(output)?.[1]).toMatch(/^\d{3,}$/);
}

describe('schemathesis finds no answer that the contract does not say', () => {
  itWithPython('without keys', () => findNothing());

  itWithPython('with a key, once there is one', async () => {
    const words = ['dist/apps/keys/main.js', 'create', 'all', '--scopes', 'read,subscribe,operate', '--json'];
    const env = { PATH: process.env['PATH'], HOME: folder, DATA_DIR: join(folder, 'data') };
    const made = await run(process.execPath, words, { env });
    const { key } = JSON.parse(/^\{.*\}$/m.exec(made.output)?.[0] ?? '{}') as { key: string };
    await eventually(async () => (await fetch(`${api}/v1/tasks`)).status === 401);
    await findNothing(key);
  });
});
