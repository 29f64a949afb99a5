import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const ROOT = join(__dirname, '..', '..', '..');
const PROGRAM = join(ROOT, 'dist', 'libs', 'platform', 'testing', 'sample-program.js');

/** What is run is what the build makes, by Node alone; a build that has nothing to do takes no time. */
beforeAll(() => void spawnSync(process.execPath, [join(ROOT, 'tools', 'build.mjs'), '--quiet']));

jest.setTimeout(60_000);

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Standard error so far. */
  errors(): string;
  /** The first line of standard output: where it listens. */
  readonly url: Promise<string>;
  readonly ended: Promise<number | null>;
}

const running: Running[] = [];

function start(env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM], {
    env: { PATH: process.env['PATH'], API_PORT: '0', SHUTDOWN_DELAY_MS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const url = once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => (text as string).trim());
  url.catch(() => undefined);
  const program = { child, errors: () => errors, url, ended };
  running.push(program);
  return program;
}

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
});

test('SIGTERM: not ready at once, serving until the delay is over, then 0, with the steps in reverse', async () => {
  const { child, url, ended, errors } = start({ SHUTDOWN_DELAY_MS: '1000' });
  expect((await fetch(`${await url}/readyz`)).status).toBe(200);
  child.kill('SIGTERM');
  let status = 200;
  while (status === 200) status = (await fetch(`${await url}/readyz`)).status;
  expect(status).toBe(503);
  expect((await fetch(`${await url}/livez`)).status).toBe(200);
  expect(await ended).toBe(0);
  const lines = errors()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; app: string; msg: string });
  expect(lines.map(({ msg }) => msg)).toEqual(['stopping', 'the first step is closed last', 'stopped']);
  expect(lines[0]).toMatchObject({ level: 'info', app: 'spec-program', signal: 'SIGTERM' });
});

test('SIGINT ends at once, even while a delay is set', async () => {
  const { child, url, ended } = start({ SHUTDOWN_DELAY_MS: '60000' });
  await url;
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test.each(['reject', 'throw'])('1 for an uncaught error (%s), with its stack in the log', async (fault) => {
  const { ended, errors } = start({ SPEC_FAULT: fault });
  expect(await ended).toBe(1);
  const line = JSON.parse(errors().split('\n')[0] ?? '') as object;
  expect(line).toMatchObject({
    level: 'fatal',
    err: { message: 'nobody caught it', stack: expect.stringContaining('sample-program.ts') },
  });
});

test('2 for wrong settings, reported in plain text', async () => {
  const { ended, errors } = start({ API_HOST: '0.0.0.0', SPEC_FUALT: 'x', API_PORT: 'high' });
  expect(await ended).toBe(2);
  expect(errors()).toBe(
    [
      'spec-program cannot start: 2 settings need a change.',
      '',
      '  API_PORT = "high" is not right; it must be a whole number from 0 to 65535, for example 8080.',
      '  SPEC_FUALT is no known setting. Did you mean SPEC_FAULT?',
      '',
    ].join('\n'),
  );
});

test('2 for a listener that would be open to all', async () => {
  const { ended, errors } = start({ API_HOST: '0.0.0.0' });
  expect(await ended).toBe(2);
  expect(errors()).toContain('API_HOST = "0.0.0.0" would open this listener to other machines without a key.');
});

test('1 for a taken port, reported with what to do and without a stack', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { ended, errors } = start({ API_PORT: String(port), LOG_LEVEL: 'error' });
  expect(await ended).toBe(1);
  expect(errors()).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 \\(api\\) is taken`));
  expect(errors()).not.toContain('    at ');
  other.close();
});

test('the reader of the log may close it: the program lives, and still exits with 0', async () => {
  const { child, url, ended } = start({ SPEC_FAULT: 'chatter' });
  await url;
  child.stderr.destroy();
  for (let times = 0; times < 20; times++) expect((await fetch(`${await url}/livez`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});
