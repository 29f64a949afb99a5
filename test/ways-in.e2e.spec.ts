import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import {
  DOUBLE_SECRET,
  freePorts,
  startApp,
  startCmqDouble,
  type AppProcess,
  type CmqDouble,
} from '@mps-ledger/testing';

const HOSTILE =
  '--duplicate 0.2 --reorder 0.3 --late 0.1 --contradict 0.1 --unknown 0.2 --mode change --tasks 60'.split(' ');

let folder: string;
let cmq: CmqDouble;
let env: Record<string, string>;
let api: string;
let callbacks: string;
let program: AppProcess;

/** Runs a built program to its end; rejects with what it said if it fails. */
async function run(script: string, ...words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(process.cwd(), 'dist', script), ...words], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-4000)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${said}`);
}

const simulate = (...words: readonly string[]) => run('apps/simulator/main.js', ...HOSTILE, ...words);

async function start(): Promise<void> {
  program = startApp('apps/standalone/main.js', { env });
  await eventually(async () => (await fetch(`${api}/readyz`)).ok, { timeoutMs: 90_000, what: program.stderr });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mps-ledger-ways-'));
  // Else, as root, the database's user could not enter it, and the data would lie elsewhere and stay.
  chmodSync(folder, 0o755);
  cmq = await startCmqDouble({ queues: [{ name: 'mps-events', visibilityTimeoutSeconds: 3 }], plainSend: true });
  const [apiPort, callbackPort] = await freePorts(2);
  api = `http://127.0.0.1:${apiPort}`;
  callbacks = `http://127.0.0.1:${callbackPort}/notify/mps`;
  env = {
    ...{ API_PORT: `${apiPort}`, CALLBACK_PORT: `${callbackPort}`, MPS_API_PORT: '0', LOG_LEVEL: 'warn' },
    ...{ DATA_DIR: join(folder, 'data'), CMQ_ENDPOINT: cmq.url, CMQ_QUEUE: 'mps-events' },
    ...{ CMQ_SECRET_ID: DOUBLE_SECRET.id, CMQ_SECRET_KEY: DOUBLE_SECRET.key },
  };
  await start();
}, 120_000);

afterAll(async () => {
  program.signal('SIGINT');
  await program.ended;
  await cmq.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('what the simulator sends is in the ledger as it was sent', () => {
  it('through a queue of CMQ, while the ledger is killed and started again', async () => {
    const sent = simulate(
      '--seed',
      'cmq',
      '--via',
      'cmq',
      '--to',
      `${cmq.url}/send/mps-events`,
      '--check',
      api,
      '--rate',
      '60',
    );
    sent.catch(() => undefined);
    await eventually(() => cmq.stats('mps-events').delivered > 40);
    program.signal('SIGKILL');
    await program.ended;
    await start();
    await sent;
    await eventually(() => cmq.bodies('mps-events').length === 0);
  }, 180_000);

  it('by the push of a CMQ topic', async () => {
    await simulate('--seed', 'topic', '--via', 'topic', '--to', callbacks, '--check', api);
  }, 120_000);

  it('by a file', async () => {
    const [file, truth] = [join(folder, 'notifications.ndjson'), join(folder, 'truth')];
    await simulate('--seed', 'file', '--via', 'file', '--to', file, '--truth', truth);
    await run('apps/ingest/import/main.js', file);
    await run('apps/simulator/main.js', '--tasks', '0', '--truth', truth, '--check', api);
  }, 120_000);

  it('which the verifier finds, too', async () => {
    await run('apps/verifier/main.js');
  }, 120_000);
});
