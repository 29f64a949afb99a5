import { createHash } from 'node:crypto';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, onServer, startTcpProxy, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { examine, findingsIn, setUp, startLedger, type SpecEnvironment } from './testing/spec-ledger';

jest.setTimeout(120_000);

const NOTIFICATION = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';

let db: TestDatabase;
let env: SpecEnvironment;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  db = await testDatabase();
  const [callbacks, health, api] = await freePorts(3);
  env = {
    ...{ DATABASE_URL: db.url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: '3' },
    ...{ CALLBACK_PORT: `${callbacks}`, HEALTH_PORT: `${health}`, API_PORT: `${api}` },
  };
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await db.close();
});

const sql = (text: string, values: unknown[] = []) => db.pool().query(text, values);

async function running(more: SpecEnvironment = {}) {
  await setUp(env);
  const ledger = await startLedger({ ...env, ...more });
  closing.push(() => ledger.close());
  return ledger;
}

/** Rows of all tables of the ledger, without the times that a running ledger writes by itself. */
async function digestOfRows(): Promise<string> {
  const { rows } = await sql(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
     WHERE table_schema IN ('tasks_v1', 'ledger_log') AND table_name NOT IN ('member', 'claim', 'checkpoint') ORDER BY 1`,
  );
  const texts = [];
  for (const { name } of rows as { name: string }[])
    texts.push(JSON.stringify((await sql(`SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${name} t`)).rows));
  return createHash('sha256').update(texts.join()).digest('hex');
}

/** Exactly this check has findings; all of what they say. */
async function onlyFinding(check: string, given: SpecEnvironment = env): Promise<string> {
  const findings = findingsIn(await examine(given)).filter((one) => !one.startsWith('source default: no listener'));
  expect(findings.map((one) => one.split(':')[0])).toEqual(findings.map(() => check));
  expect(findings.length).toBeGreaterThan(0);
  expect(findings.join('\n')).not.toMatch(/very-secret/);
  return findings.join('\n');
}

describe('the doctor finds nothing wrong', () => {
  it('with a ledger that runs, has applied what it received, and stays as it is', async () => {
    const ledger = await running();
    expect(await ledger.post(NOTIFICATION)).toBe(200);
    await eventually(async () => (await sql('SELECT 1 FROM tasks_v1.notification')).rows.length === 1);
    const before = await digestOfRows();
    const report = await examine(ledger.env);
    expect(findingsIn(report)).toEqual([]);
    expect(
      Object.values(report)
        .flat()
        .filter(({ status }) => status !== 'ok'),
    ).toEqual([]);
    expect(report['source default']!.map(({ what }) => what).join()).toMatch(
      /callbacks are taken at .*last notification \d+\.\d s ago.*1 not checked/,
    );
    expect(await digestOfRows()).toBe(before);
  });
});

describe('the doctor finds, of the settings,', () => {
  beforeEach(() => setUp(env));

  it('names that no program reads, what was meant, and values that are wrong, all at once', async () => {
    const given = { ...env, KAFKA_BROKER: 'a:9092', DATABASE_POLER: 'none', API_PORT: 'eighty', MPS_THING: 'x' };
    const report = await examine(given);
    expect(report['configuration']).toEqual([
      expect.objectContaining({
        status: 'finding',
        where: 'DATABASE_POLER',
        fix: expect.stringMatching(/^rename DATABASE_POLER to DATABASE_POOLER/),
      }),
      expect.objectContaining({
        status: 'finding',
        where: 'KAFKA_BROKER',
        fix: expect.stringMatching(/^rename KAFKA_BROKER to KAFKA_BROKERS/),
      }),
      expect.objectContaining({
        status: 'finding',
        where: 'API_PORT',
        what: expect.stringMatching(/"eighty" is not right; it must be/),
      }),
      expect.objectContaining({
        status: 'warning',
        where: 'MPS_THING',
        fix: expect.stringMatching(/^unset MPS_THING/),
      }),
    ]);
    expect(report['log']![0]!.status).toBe('ok');
  });

  it('a path that can be guessed on a listener that others reach, and suggests another', async () => {
    expect(await onlyFinding('configuration', { ...env, CALLBACK_HOST: '0.0.0.0' })).toMatch(
      /MPS_NOTIFY_PATH = "mps" could be guessed.*\| MPS_NOTIFY_PATH \| set MPS_NOTIFY_PATH=[\w-]{24}$/,
    );
  });

  it('another number of partitions than the log has', async () => {
    expect(await onlyFinding('log', { ...env, LEDGER_PARTITIONS: '4' })).toMatch(
      /LEDGER_PARTITIONS is 4, and the log has 3.*set LEDGER_PARTITIONS=3/,
    );
  });
});

describe('the doctor finds, of the database,', () => {
  const at = (change: (url: URL) => void): SpecEnvironment => {
    const url = new URL(db.url);
    change(url);
    return { ...env, DATABASE_URL: url.href };
  };

  it('that it lets nobody in by this name', async () => {
    const given = at((url) => {
      url.username = 'nobody_known';
      url.password = 'very-secret';
    });
    expect(await onlyFinding('database', given)).toMatch(
      /role "nobody_known".*postgres:\/\/nobody_known@.*correct DATABASE_URL/,
    );
  });

  it('that nothing listens there, and says of each other check that it depends on it', async () => {
    const [port] = await freePorts(1);
    const report = await examine(at((url) => (url.port = `${port}`)));
    expect(findingsIn(report)[0]).toMatch(
      /^database: the database does not answer: .*ECONNREFUSED.*start Postgres, or correct host/,
    );
    for (const name of ['read-model', 'log', 'clock of the database', 'clock of the log', 'lag', 'underived', 'parked'])
      expect(report[name]).toEqual([{ status: 'not-checked', what: 'the database cannot be used: see database' }]);
  });

  it('that it does not answer, within bounded time', async () => {
    const proxy = await startTcpProxy(db.url);
    closing.push(() => proxy.close());
    proxy.set('hang');
    const began = performance.now();
    expect(await onlyFinding('database', { ...env, DATABASE_URL: proxy.through(db.url) })).toMatch(
      /does not answer: timeout/i,
    );
    expect(performance.now() - began).toBeLessThan(40_000);
  });

  it('a right that the role lacks, with the grant', async () => {
    await setUp(env);
    const role = `${db.name}_role`;
    await onServer((server) => server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'very-secret'`));
    closing.push(() =>
      onServer((server) =>
        server.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`).catch(() => server.query(`DROP ROLE ${role}`)),
      ),
    );
    await sql(`GRANT USAGE ON SCHEMA ledger_log, tasks_v1 TO ${role}`);
    await sql(`GRANT SELECT ON ALL TABLES IN SCHEMA ledger_log TO ${role}`);
    await sql(`GRANT SELECT ON ALL TABLES IN SCHEMA tasks_v1 TO ${role}`);
    const given = at((url) => {
      url.username = role;
      url.password = 'very-secret';
    });
    expect(await onlyFinding('database', given)).toMatch(
      /lacks the right INSERT on the table tasks_v1.*\| GRANT SELECT, INSERT/,
    );
    await sql(`REVOKE ALL ON ALL TABLES IN SCHEMA ledger_log, tasks_v1 FROM ${role}`);
    await sql(`REVOKE ALL ON SCHEMA ledger_log, tasks_v1 FROM ${role}`);
  });

  it('that its clock is another than the one of this machine', async () => {
    await setUp(env);
    await sql('CREATE SCHEMA shifted');
    await sql(`CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS $$SELECT pg_catalog.clock_timestamp() + interval '1 hour'$$`);
    await sql(`ALTER DATABASE ${db.name} SET search_path = shifted, pg_catalog, public`);
    expect(await onlyFinding('clock of the database')).toMatch(
      /the clock of the database is 3[56]\d\d\.\d s ahead of the one of this machine \| postgres:.*NTP/,
    );
  });
});

describe('the doctor finds, of the read model,', () => {
  it('that nobody has run setup', async () => {
    const findings = findingsIn(await examine(env));
    expect(findings.find((one) => one.startsWith('read-model'))).toMatch(
      /schema tasks_v1 is missing .*\| npm run setup/,
    );
    expect(findings.find((one) => one.startsWith('log'))).toMatch(/ledger_log.*npm run setup/);
  });

  it.each([
    [
      'of a newer build',
      "INSERT INTO tasks_v1.migrations (timestamp, name) VALUES (1, 'Later')",
      /newer than this program.*run the build that ran setup last/,
    ],
    ['that an older build made', 'DELETE FROM tasks_v1.migrations', /is behind .*npm run setup/],
    [
      'of another format',
      'UPDATE tasks_v1.format SET format = 9',
      /of format 9, and this build reads format 2.*run the build that made it/,
    ],
    [
      'of another event generation',
      'UPDATE tasks_v1.projection SET event_generation = 5',
      /event generation 5.*run the build of those generations/,
    ],
  ])('tables %s', async (_, change, says) => {
    await setUp(env);
    await sql(change);
    const findings = findingsIn(await examine(env)).filter((one) => one.startsWith('read-model'));
    expect(findings).toEqual([expect.stringMatching(says)]);
  });

  it('that it belongs to another log', async () => {
    await setUp(env);
    await sql("UPDATE tasks_v1.projection SET log_id = 'zzzzzzzzzzzz'");
    expect(await onlyFinding('log')).toMatch(
      /log-replaced: .*log zzzzzzzzzzzz.*\| the database \| correct DATABASE_URL, KAFKA_BROKERS/,
    );
  });

  it('a log that lost what the rows were made of', async () => {
    await setUp(env);
    await sql('UPDATE tasks_v1.checkpoint SET seen_end = 9 WHERE partition = 1');
    expect(await onlyFinding('log')).toMatch(
      /log-replaced: partition 1 of .*ends at 1, and was 9 long.*restore them: docs\/accidents/,
    );
  });

  it('notifications that derivation passed over', async () => {
    await setUp(env);
    await sql(
      "UPDATE tasks_v1.checkpoint SET underived_to = 4, raw_top = 6 WHERE partition = 2 AND topic = 'mps.task-events.v1'",
    );
    expect(await onlyFinding('underived')).toMatch(
      /passed over by derivation .*partition 2, raw 1 to 3.*\| npm run derive -- --again/,
    );
  });

  it('records that are parked, with their reason', async () => {
    await setUp(env);
    await sql(`INSERT INTO tasks_v1.parked (topic, partition, "offset", reason, headers, logged)
      SELECT 'mps.task-events.v1', 1, n, 'it is no event', '{}', now() FROM generate_series(1, 5) n`);
    expect(await onlyFinding('parked')).toMatch(
      /5 records could not be applied.*at 5 \(it is no event\).*read reason, headers and value in tasks_v1\.parked/,
    );
  });

  it('that nothing derives what was received long ago', async () => {
    const ledger = await running();
    expect(await ledger.post(NOTIFICATION)).toBe(200);
    await eventually(async () => (await sql('SELECT 1 FROM tasks_v1.notification')).rows.length === 1);
    await closing.pop()!();
    await sql(`INSERT INTO ledger_log.record SELECT partition_id, 2, logged - interval '2 hours', key, value,
      jsonb_set(headers::jsonb, '{received}', to_jsonb(replace(to_char((logged - interval '2 hours') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"'), ' ', 'T')))::text
      FROM ledger_log.record WHERE "offset" = 1 AND headers LIKE '%sha256%'`);
    await sql(
      `UPDATE ledger_log.partition SET next_offset = 3 WHERE next_offset = 2 AND topic = 'mps.notifications.v1'`,
    );
    expect(await onlyFinding('lag')).toMatch(
      /1 records are not derived, the oldest for 2\.0 h.*see whether ingest runs and is ready/,
    );
  });
});
