import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { makeFolder } from './checkout';
import { endAll, isListening, serverOn, startStandalone, type Standalone } from './process';

jest.setTimeout(120_000);

let folder: string;
beforeAll(() => (folder = makeFolder()));
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(program: Standalone): Promise<string> {
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.stdout()).toBe('');
  return program.stderr();
}

async function listener(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a start is refused, with the ways out,', () => {
  it('on a data folder that another one has', async () => {
    const DATA_DIR = join(folder, 'held');
    const both = [1, 2].map(() => startStandalone({ env: { DATA_DIR } }));
    const loser = await Promise.race(both.map((one, place) => one.ended.then(() => place)));
    const words = await refusal(both[loser] ?? startStandalone());
    const winner = both[1 - loser];
    const pid = (JSON.parse(readFileSync(join(DATA_DIR, 'lock.1'), 'utf8')) as { pid: number }).pid;
    expect(words).toMatch(new RegExp(`${DATA_DIR} is held by process ${pid} since 20.*Z \\(API on .*\\)`));
    expect(words).toContain('DATA_DIR');
    await winner?.greeting();
  });

  it.each(['API_PORT', 'CALLBACK_PORT', 'MPS_API_PORT'])('on a taken %s, and no Postgres is left', async (setting) => {
    const DATA_DIR = join(folder, setting);
    const { server, port } = await listener();
    const words = await refusal(startStandalone({ env: { DATA_DIR, [setting]: `${port}` } }));
    server.close();
    expect(words).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(words).toContain(`${setting}=`);
    expect(() => serverOn(DATA_DIR)).toThrow('ENOENT');
    const again = startStandalone({ env: { DATA_DIR } });
    await again.greeting();
  });

  it('on a data folder of another major version', async () => {
    const DATA_DIR = join(folder, 'major');
    const first = startStandalone({ env: { DATA_DIR } });
    await first.greeting();
    const { port } = serverOn(DATA_DIR);
    first.signal('SIGINT');
    await first.ended;
    expect(await isListening(port)).toBe(false);
    writeFileSync(join(DATA_DIR, 'postgres', 'pgdata', 'PG_VERSION'), '15\n');
    const words = await refusal(startStandalone({ env: { DATA_DIR } }));
    expect(words).toMatch(/made by Postgres 15.*DATABASE_URL.*DATA_DIR.*raw log/);
  });

  it('on a database that does not let it in', async () => {
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    url.pathname = '/no_such_database';
    const words = await refusal(startStandalone({ env: { DATABASE_URL: url.href } }));
    expect(words).toMatch(/rejects this program: .*no_such_database.*DATABASE_URL/);
    expect(url.password === '' || !words.includes(url.password)).toBe(true);
  });
});
