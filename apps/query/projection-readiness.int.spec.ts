import { createTables, SEARCH, schemaOf } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { onServer, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from './testing/planted-log';
import { serve } from './testing/serve';

jest.setTimeout(60_000);

let database: TestDatabase;
let role: string;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  role = `${database.name}_reader`;
  await onServer((server) => server.query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`));
});
afterAll(async () => {
  await database.close();
  await onServer((server) => server.query(`DROP ROLE ${role}`));
});

it('a projection that is on says in readiness what it lacks, and its answers are 503; others go on', async () => {
  const pool = database.pool();
  const log = new PlantedLog(pool);
  await log.adopt();
  await log.hear({ taskId: 'a', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  await pool.query(`GRANT USAGE ON SCHEMA ${projectionSchema} TO ${role}`);
  await pool.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${projectionSchema} TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'reader';
  const query = await serve(url.href, { projections: ['search'] });
  const found = async (): Promise<readonly unknown[]> => {
    const [search, list, ready] = [
      await query.get('/v1/tasks?q=abc'),
      await query.get('/v1/tasks'),
      await query.get('/readyz?verbose'),
    ];
    const { checks } = ready.body as { checks: { name: string; reason: string | null }[] };
    const reason = checks.find(({ name }) => name === 'query-search')?.reason;
    return [search.status, search.body?.code, list.status, ready.status, reason];
  };
  const schema = schemaOf(SEARCH, log);
  expect(await found()).toEqual([503, 'read-model-missing', 200, 200, `there is no schema ${schema}: run setup`]);
  await createTables(pool, [SEARCH], log);
  const grants = `GRANT USAGE ON SCHEMA ${schema} TO "${role}"; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO "${role}"`;
  const lacks = `the role "${role}" may not read the schema ${schema}: ${grants}`;
  expect(await found()).toEqual([503, 'database-refused', 200, 200, lacks]);
  await pool.query(grants);
  expect(await found()).toEqual([200, undefined, 200, 200, null]);
  await query.close();
});
