import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mps } from 'tencentcloud-sdk-nodejs-mps';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';

jest.setTimeout(120_000);

const SEED = readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json', 'utf8');

const running: AppProcess[] = [];
afterEach(async () => {
  for (const program of running) program.signal('SIGTERM');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

function start(env: Readonly<Record<string, string>>): AppProcess {
  const program = startApp('apps/mps-api/main.js', { env: { SHUTDOWN_DELAY_MS: '0', ...env } });
  running.push(program);
  return program;
}

async function startOnFreePorts(env: Readonly<Record<string, string>> = {}) {
  const [port = 0, health = 0] = await freePorts(2);
  const program = start({ MPS_API_PORT: `${port}`, HEALTH_PORT: `${health}`, ...env });
  await eventually(() => program.stderr().includes('the API is open'), { timeoutMs: 60_000 });
  return { program, port, health };
}

function statusBy(port: number, secretKey: string): Promise<string | undefined> {
  const client = new mps.v20190612.Client({
    credential: { secretId: 'AKIDexample0000', secretKey },
    profile: { httpProfile: { endpoint: `127.0.0.1:${port}`, protocol: 'http://' } },
  });
  return client.ParseNotification({ Content: SEED }).then(
    ({ WorkflowTaskEvent }) => WorkflowTaskEvent?.Status,
    (error: unknown) => (error as { code?: string }).code,
  );
}

it('the program answers an SDK with a key of a file, is probed, and says nothing of keys and contents', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mps-api-'));
  const file = join(folder, 'keys');
  writeFileSync(file, 'AKIDother:otherSecretKey,AKIDexample0000:exampleSecretKey\n');
  const { program, port, health } = await startOnFreePorts({ MPS_API_KEYS_FILE: file, LOG_LEVEL: 'trace' });
  expect(await statusBy(port, 'exampleSecretKey')).toBe('FINISH');
  expect(await statusBy(port, 'anotherSecretKey')).toBe('AuthFailure.SignatureFailure');
  expect((await fetch(`http://127.0.0.1:${health}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
  expect(metrics).toContain('mps_ledger_mps_api_requests_total{action="ParseNotification",code="ok"} 1');
  program.signal('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
  const said = program.stdout() + program.stderr();
  expect(said).toContain('AuthFailure.SignatureFailure');
  expect(said).not.toMatch(/SecretKey|WorkflowTaskEvent|Bucket/);
  rmSync(folder, { recursive: true });
});

it('without keys the program checks no signature, and serves loopback only', async () => {
  const { port } = await startOnFreePorts();
  expect(await statusBy(port, 'any')).toBe('FINISH');
  const open = start({ MPS_API_HOST: '0.0.0.0', MPS_API_PORT: '0', HEALTH_PORT: '0' });
  expect(await open.ended).toEqual({ code: 2, signal: null });
  expect(open.stderr()).toMatch(
    /MPS_API_HOST = "0\.0\.0\.0" would open this listener .*MPS_API_KEYS \(SecretId:SecretKey/,
  );
});

it.each([
  [{ MPS_API_KEYS: 'no-pair-of-keys' }, /MPS_API_KEYS.*SecretId:SecretKey/],
  [{ MPS_API_PORT: '80840' }, /MPS_API_PORT/],
  [{ MPS_API_RATE: '-1' }, /MPS_API_RATE/],
  [{ MPS_API_KEY: 'a:b' }, /Did you mean MPS_API_KEYS\?/],
])('%j is a mistake of configuration, and no key is shown', async (env, words) => {
  const program = start(env);
  expect(await program.ended).toEqual({ code: 2, signal: null });
  expect(program.stderr()).toMatch(words);
  expect(program.stderr()).not.toContain('no-pair-of-keys');
});

it('a taken port is exit 1, with the ways out', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const program = start({ MPS_API_PORT: `${port}`, HEALTH_PORT: '0' });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.stderr()).toMatch(new RegExp(`Port ${port} .* is taken.*MPS_API_PORT=`, 's'));
  server.close();
});
