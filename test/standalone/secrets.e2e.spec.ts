import { rmSync } from 'node:fs';
import { onServer, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';
import { makeFolder } from './checkout';
import { endAll, startStandalone } from './process';

jest.setTimeout(180_000);

/** As it is, and as it stands in the URL, where its @ should have been written %40. */
const PASSWORD = 'p@ss-Tail/9@';
const WRITTEN = 'p@ss-Tail%2F9@';
const PARTS = /p@ss|Tail|ss-|%2F9/;

let db: TestDatabase;
let role: string;
let folder: string;
beforeAll(async () => {
  folder = makeFolder();
  db = await testDatabase();
  role = `${db.name}_role`;
  await onServer(async (server) => {
    await server.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    await server.query(`ALTER DATABASE ${db.name} OWNER TO ${role}`);
  });
});
afterEach(endAll);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db.close();
  await onServer((server) => server.query(`DROP ROLE ${role}`));
});

function urlWith(login: string, rest = ''): string {
  const { host } = new URL(db.url);
  return `postgres://${login}@${host}/${db.name}${rest}`;
}

describe('a password', () => {
  it('is in neither banner nor log, whatever is in it', async () => {
    const env = { DATABASE_URL: urlWith(`${role}:${WRITTEN}`), LOG_LEVEL: 'trace', LEDGER_PARTITIONS: '1' };
    const program = startStandalone({ env: { ...env, SHUTDOWN_DELAY_MS: '0' } });
    const { data } = await program.greeting();
    expect(data).toBe(`postgres://${role}@${new URL(db.url).host}/${db.name}`);
    program.signal('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout() + program.stderr()).not.toMatch(PARTS);
  });

  it('is not in what ends a start', async () => {
    const program = startStandalone({ env: { DATABASE_URL: urlWith(role, '?password=p%40ss-Tail9x') } });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.stderr()).toMatch(new RegExp(`postgres://${role}@`));
    expect(program.stdout() + program.stderr()).not.toMatch(PARTS);
  });
});

const PROGRAMS = [
  'standalone/main',
  'standalone/setup',
  'ingest/main',
  'projector/main',
  'query/main',
  'verifier/main',
];

describe('a URL that would be half ignored, or cannot be parsed, ends every program with exit code 2', () => {
  const start = (script: string, env: Record<string, string>): AppProcess =>
    startApp(`apps/${script}.js`, { env: { EVENT_LOG: 'postgres', DATA_DIR: folder, ...env }, cwd: folder });

  it.each(PROGRAMS)('%s', async (script) => {
    const ignored = start(script, { DATABASE_URL: `${urlWith(WRITTEN)}?channel_binding=require&sslmod=require` });
    const garbled = start(script, { DATABASE_URL: `postgres://me:${WRITTEN}db:port/x` });
    const asFile = start(script, { DATABASE_URL_FILE: urlWith(`me:${WRITTEN}`) });
    for (const program of [ignored, garbled, asFile]) {
      expect(await program.ended).toEqual({ code: 2, signal: null });
      expect(program.stderr()).toMatch(/DATABASE_URL/);
      expect(program.stdout() + program.stderr()).not.toMatch(PARTS);
    }
    expect(ignored.stderr()).toMatch(/channel_binding, which cannot[\s\S]*did you mean sslmode\?/);
    expect(garbled.stderr()).toMatch(/cannot be parsed/);
  });
});
