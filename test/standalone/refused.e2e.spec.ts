import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, onServer, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';

jest.setTimeout(120_000);

const APPS = ['ingest', 'projector', 'query'] as const;

let db: TestDatabase;
let role: string;
const running: AppProcess[] = [];
beforeAll(async () => {
  db = await testDatabase();
  role = `${db.name}_role`;
  await onServer((server) => server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'right-one'`));
  const env = { DATABASE_URL: db.url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: '1' };
  expect(await startApp('apps/standalone/setup.js', { env }).ended).toMatchObject({ code: 0 });
  await db.pool().query(`GRANT USAGE ON SCHEMA ledger, ledger_log, tasks_v1 TO ${role};
    GRANT SELECT ON ALL TABLES IN SCHEMA ledger, ledger_log, tasks_v1 TO ${role}`);
});
afterEach(async () => {
  for (const program of running) program.signal('SIGTERM');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});
afterAll(async () => {
  await db.close();
  await onServer((server) => server.query(`DROP ROLE ${role}`));
});

async function start(app: string, password: string) {
  const [port = 0, other = 0] = await freePorts(2);
  const url = new URL(db.url);
  url.username = role;
  url.password = password;
  const ports: Record<string, string> =
    app === 'query' ? { API_PORT: `${port}` } : { HEALTH_PORT: `${port}`, CALLBACK_PORT: `${other}` };
  const env = { ...ports, DATABASE_URL: url.href, EVENT_LOG: 'postgres', SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'warn' };
  const program = startApp(`apps/${app}/main.js`, { env });
  running.push(program);
  const readiness = async (): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz?verbose`);
    return `${answer.status} ${(await answer.text()).replaceAll('\\"', '"')}`;
  };
  return { program, readiness };
}

it.each(APPS)('%s says of a wrong password so, in its readiness and once in its log', async (app) => {
  const { program, readiness } = await start(app, 'wrong-one');
  const words = new RegExp(`the password of the role .{0,2}${role}.{0,2} is wrong: correct DATABASE_URL`, 'g');
  await eventually(async () => /^503/.test(await readiness()) && (await readiness()).search(words) > 0);
  await eventually(() => program.stderr().match(words) !== null);
  expect(program.stderr().match(words)).toHaveLength(1);
  expect(program.stderr()).not.toMatch(/wrong-one/);
});

it.each(APPS)('%s by a role that may only read works, or names the right', async (app) => {
  const { program, readiness } = await start(app, 'right-one');
  const words = new RegExp(`the role .{0,2}${role}.{0,2} lacks the right \\w+ on the table [a-z0-9_.]+: GRANT`);
  if (app === 'query') await eventually(async () => (await readiness()).startsWith('200'));
  else await eventually(async () => words.test(await readiness()) && words.test(program.stderr()));
});
