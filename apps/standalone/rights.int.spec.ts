import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@mps-ledger/embedded-postgres';
import { readConfiguration, silentLogger, StartFailure } from '@mps-ledger/platform';
import { onServer, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { setUpLedger } from './set-up-ledger';
import { setupSettings } from './setup.config';

jest.setTimeout(120_000);

const PASSWORD = 'very-secret';

let db: TestDatabase;
let role: string;
beforeEach(async () => {
  db = await testDatabase();
  role = `${db.name}_role`;
  await onServer((server) => server.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`));
});
afterEach(async () => {
  await db.close();
  await onServer((server) => server.query(`DROP ROLE ${role}`));
});

const admin = (...statements: readonly string[]) =>
  statements.reduce<Promise<unknown>>((before, text) => before.then(() => db.pool().query(text)), Promise.resolve());

function setUp(url: string): ReturnType<typeof setUpLedger> {
  const { signal } = new AbortController();
  const given = { DATABASE_URL: url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: '2' };
  const settings = readConfiguration(setupSettings, given, { app: 'spec' });
  return setUpLedger({ settings, url, logger: silentLogger(), signal });
}

function asRole(change: (url: URL) => void = () => undefined, from = db.url): string {
  const url = new URL(from);
  url.username = role;
  url.password = PASSWORD;
  change(url);
  return url.href;
}

/** One sentence, which says these things and no secret. */
async function refused(url: string, ...words: readonly RegExp[]): Promise<void> {
  const error: unknown = await setUp(url).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartFailure);
  const { message } = error as StartFailure;
  for (const one of words) expect(message).toMatch(one);
  expect(message).not.toMatch(/very-secret|\n/);
}

describe('setup by a role', () => {
  it('that owns its schemas and may make none works', async () => {
    await admin(
      `CREATE SCHEMA ledger_log AUTHORIZATION ${role}`,
      `CREATE SCHEMA tasks_v1 AUTHORIZATION ${role}`,
      `REVOKE CREATE ON DATABASE ${db.name} FROM PUBLIC`,
    );
    const identity = await setUp(asRole());
    expect(await setUp(asRole())).toEqual(identity);
  });

  it('that may create no schema is reported with the missing right', () =>
    refused(
      asRole(),
      new RegExp(`permission denied for database.*GRANT CREATE ON DATABASE "${db.name}" TO "${role}"`),
    ));

  it('that owns one of the two schemas is reported too', async () => {
    await admin(`CREATE SCHEMA ledger_log AUTHORIZATION ${role}`);
    await refused(asRole(), /GRANT CREATE ON DATABASE/);
  });

  it('that may not use the schemas is reported', async () => {
    await setUp(db.url);
    await refused(asRole(), /permission denied for schema (ledger_log|tasks_v1).*GRANT USAGE/);
  });

  it('that may not connect is reported', async () => {
    await admin(`REVOKE CONNECT ON DATABASE ${db.name} FROM PUBLIC`);
    await refused(asRole(), new RegExp(`GRANT CONNECT ON DATABASE "${db.name}" TO "${role}"`));
  });

  it('that may only read uses the existing ledger', async () => {
    const identity = await setUp(db.url);
    await admin(
      `GRANT USAGE ON SCHEMA ledger_log, tasks_v1 TO ${role}`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ledger_log TO ${role}`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA tasks_v1 TO ${role}`,
    );
    expect(await setUp(asRole())).toEqual(identity);
    await admin('DELETE FROM tasks_v1.migrations');
    await refused(asRole(), /lacks a right.*TO "/);
  });
});

describe('setup in a database that takes no writes', () => {
  it.each([
    ['for the role', () => `ALTER ROLE ${role} SET default_transaction_read_only = on`, /ALTER ROLE ".*" RESET/],
    [
      'for the database',
      () => `ALTER DATABASE ${db.name} SET default_transaction_read_only = on`,
      /ALTER DATABASE ".*" RESET/,
    ],
    [
      'for both together',
      () => `ALTER ROLE ${role} IN DATABASE ${db.name} SET default_transaction_read_only = on`,
      /ALTER ROLE ".*" IN DATABASE ".*" RESET/,
    ],
  ])('%s is reported with the place of the setting, and works if the ledger is complete', async (_, set, mend) => {
    await admin(`GRANT CREATE ON DATABASE ${db.name} TO ${role}`, set());
    await refused(asRole(), /default_transaction_read_only is on/, mend);
    await onServer((server) => server.query(set().replace(/SET (\w+) = on/, 'RESET $1')));
    const identity = await setUp(asRole());
    await admin(set());
    expect(await setUp(asRole())).toEqual(identity);
  });
});

describe('setup where the URL is wrong', () => {
  const on = (change: (url: URL) => void) => asRole(change);
  it.each([
    ['no password', () => on((url) => (url.password = '')), /asks for the password.*DATABASE_URL has none/],
    [
      'a wrong password',
      () => on((url) => (url.password = 'very-secret-no')),
      /the password of the role ".*" is wrong/,
    ],
    ['an unknown role', () => on((url) => (url.username = 'nobody_known')), /role "nobody_known"/],
    [
      'an unknown database',
      () => on((url) => (url.pathname = '/no_such_db')),
      /no database "no_such_db".*CREATE DATABASE/,
    ],
    [
      'TLS that is not offered',
      () => on((url) => (url.search = '?sslmode=verify-full')),
      /does not offer TLS.*sslmode=disable/,
    ],
  ])('says so: %s', async (_, url, words) => refused(url(), words, /DATABASE_URL|CREATE DATABASE/));

  it('reports an unknown host, after some time', () =>
    refused(
      asRole((url) => (url.hostname = 'no-such-host.invalid')),
      /no host named "no-such-host\.invalid".*DATABASE_URL/,
    ));
});

describe('setup on a server of its own', () => {
  let folder: string;
  let server: EmbeddedPostgres | undefined;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rights-'));
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (settings: Readonly<Record<string, string>> = {}) =>
    (server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), settings: { fsync: 'off', ...settings } }));
  /** As the database's own files are owned. */
  const ownedByServer = (file: string): string => {
    const { uid, gid } = statSync(join(folder, 'data', 'postgres', 'pgdata'));
    chownSync(file, uid, gid);
    return file;
  };

  it('that is a replica is reported, and works if the ledger is complete', async () => {
    const made = await start();
    const identity = await setUp(made.url);
    await made.stop();
    writeFileSync(join(folder, 'data', 'postgres', 'pgdata', 'standby.signal'), '');
    ownedByServer(join(folder, 'data', 'postgres', 'pgdata', 'standby.signal'));
    const replica = await start();
    expect(await setUp(replica.url)).toEqual(identity);
    const empty = new URL(replica.url);
    empty.pathname = '/template1';
    await refused(empty.href, /is a replica, which takes no writes: name the primary in DATABASE_URL/);
  });

  it('that asks for TLS is reached by its authority alone', async () => {
    rmSync(join(folder, 'data', 'postgres', 'pgdata', 'standby.signal'), { force: true });
    await (await start()).stop();
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const how = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    execFileSync('openssl', [...how, ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
    chmodSync(key, 0o600);
    const made = await start({
      ssl: 'on',
      ssl_cert_file: ownedByServer(certificate),
      ssl_key_file: ownedByServer(key),
    });
    const url = (host: string, query: string): string => `${made.url.replace('127.0.0.1', host)}?${query}`;
    const mend = /certificate.*sslrootcert in DATABASE_URL.*sslmode=no-verify/;
    await refused(url('localhost', 'sslmode=verify-full'), mend);
    await refused(url('127.0.0.1', `sslmode=verify-full&sslrootcert=${certificate}`), mend);
    expect(readFileSync(certificate, 'utf8')).toContain('BEGIN CERTIFICATE');
    await setUp(url('localhost', `sslmode=verify-full&sslrootcert=${certificate}`));
    await setUp(url('127.0.0.1', 'sslmode=no-verify'));
  });
});
