import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from './standalone/checkout';
import { endAll, startStandalone } from './standalone/process';

jest.setTimeout(240_000);

let folder: string;
let env: Record<string, string>;
beforeAll(() => {
  folder = makeFolder();
  env = { PATH: process.env['PATH'] ?? '', HOME: folder, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' };
});
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `npm run keys` as users do; answers how it ended, and what it said. */
function keys(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['dist/apps/keys/main.js', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}

const KEY = /^mpsl_[A-Za-z0-9_-]{43}\n$/;

it('makes, lists and revokes keys of the running ledger, which asks for one from the first on', async () => {
  const missing = await keys('list');
  expect([missing.code, missing.out]).toEqual([1, '']);

  const { api } = await startStandalone({ env: { DATA_DIR: join(folder, 'data') } }).greeting();
  const statusOf = async (key?: string, path = '/v1/tasks'): Promise<number> => {
    const init = key === undefined ? {} : { headers: { authorization: `Bearer ${key.trim()}` } };
    return (await fetch(api + path, init)).status;
  };
  expect(await statusOf()).toBe(200);
  expect(await keys('list')).toEqual({ code: 0, out: '', err: 'There is no key in the database.\n' });
  expect(await keys('create', 'reader', '--dry-run')).toMatchObject({ code: 0, out: '' });
  expect(await statusOf()).toBe(200);

  const reader = await keys('create', 'reader', '--expires', '1d');
  expect(reader).toMatchObject({ code: 0, out: expect.stringMatching(KEY) as string });
  expect(reader.err).toMatch(
    /^Made key reader \(mpsl_.{7}…\): scopes read; all accounts; expires .*It is the first key/,
  );
  expect(reader.err).not.toContain(reader.out.trim());
  expect(await statusOf(reader.out)).toBe(200);
  await eventually(async () => (await statusOf()) === 401);
  expect(await statusOf(reader.out, '/v1/notifications/x/body')).toBe(403);

  const bound = await keys('create', 'bound', '--accounts', 'other', '--scopes', 'read,operate', '--json');
  const made = JSON.parse(bound.out) as { key: string; prefix: string };
  expect(made).toMatchObject({ name: 'bound', accounts: ['other'], scopes: ['read', 'operate'], state: 'active' });
  expect(await statusOf(made.key)).toBe(200);
  expect(await keys('create', 'bound')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('already') as string,
  });

  const { out } = await keys('list');
  expect(out.split('\n').map((line) => line.split(/\s+/)[0])).toEqual(['NAME', 'bound', 'reader', '']);
  expect(out).not.toContain(made.key);

  expect(await keys('revoke', 'bound')).toMatchObject({ code: 2, out: '' });
  expect(await keys('revoke', 'bound', '--yes')).toMatchObject({ code: 2, out: '' });
  expect(await keys('revoke', 'bound', '--dry-run')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Would/) as string,
  });
  expect(await statusOf(made.key)).toBe(200);
  expect(await keys('revoke', made.prefix, '--yes', '--reason', 'left')).toMatchObject({ code: 0 });
  await eventually(async () => (await statusOf(made.key)) === 401);
  expect(await keys('revoke', 'bound', '--yes', '--reason', 'left')).toMatchObject({ code: 4, out: '' });
  const all = (await keys('list', '--all', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(all).toMatchObject([
    { name: 'bound', state: 'revoked', reason: 'left' },
    { name: 'reader', state: 'active' },
  ]);
});

it('asks at a terminal before it revokes, and revokes nothing unless that is confirmed', async () => {
  const revoking = async (...answers: readonly string[]) => {
    const terminal = atTerminal('revoke', 'reader');
    for (const [number, answer] of answers.entries()) {
      const question = number === 0 ? 'Reason: ' : '[y/N] ';
      await eventually(() => terminal.shown().includes(question), { what: () => terminal.shown() });
      terminal.type(answer);
    }
    return { code: await terminal.ended, shown: terminal.shown() };
  };
  const states = async () =>
    (await keys('list', '--all', '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; state: string; reason: string | null })
      .filter(({ name }) => name === 'reader');
  const CTRL_C = '\u0003';
  const CTRL_D = '\u0004';
  for (const answers of [['left\r', 'n\r'], ['left\r', CTRL_D], ['\r'], [CTRL_D], [CTRL_C]]) {
    const { code, shown } = await revoking(...answers);
    expect([answers, code, shown.includes('Nothing was revoked.')]).toEqual([answers, 1, true]);
    expect(await states()).toMatchObject([{ state: 'active' }]);
  }
  expect((await revoking('left the team\r', 'y\r')).code).toBe(0);
  expect(await states()).toMatchObject([{ state: 'revoked', reason: 'left the team' }]);
});

/** Runs `npm run keys` at a terminal of its own. */
function atTerminal(...args: readonly string[]) {
  const command = [process.execPath, 'dist/apps/keys/main.js', ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: { ...env, SHELL: '/bin/sh', TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { type: (text: string) => void child.stdin.write(text), shown: () => shown, ended };
}
