import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { createTables, RAW, schemaOf } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { copyBody } from '../testing/copied-body';
import { PlantedLog } from '../testing/planted-log';
import type { Received } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

let database: TestDatabase;
let pool: Pool;
let query: ServedQuery;
let log: PlantedLog;
let schema: string;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  await createTables(pool, [RAW], log);
  schema = schemaOf(RAW, log);
  query = await serve(database.url, { projections: ['raw'] });
});
afterAll(async () => {
  await query.close();
  await database.close();
});

const FACTS = [{ type: 'task.started', data: { kind: 'workflow' } }] as const;

const copy = (to: Received, bytes: Buffer | null, contentType?: string): Promise<void> =>
  copyBody(pool, log, to, bytes, contentType);

const heard = (): Promise<Received> => log.hear({ taskId: 'task', facts: FACTS });

async function moved({ partition, rawOffset }: Received): Promise<void> {
  await pool.query(`UPDATE ${schema}.checkpoint SET position = $2 WHERE partition = $1`, [partition, rawOffset + 1]);
}

async function bytesOf(name: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${query.url}/v1/notifications/${name}/body`)).arrayBuffer());
}

it('are answered exactly, by receipt and by id, as a download of no type', async () => {
  for (const bytes of [randomBytes(3_000), Buffer.from('<script>alert(1)</script>'), Buffer.alloc(0)]) {
    const received = await heard();
    await copy(received, bytes, 'text/html');
    expect(await bytesOf(received.receipt)).toEqual(bytes);
    expect(await bytesOf(received.id)).toEqual(bytes);
    const { status, headers } = await query.get(`/v1/notifications/${received.receipt}/body`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('ledger-content-type')).toBe('text/html');
    const digest = createHash('sha256').update(bytes).digest('base64');
    expect(headers.get('repr-digest')).toBe(`sha-256=:${digest}:`);
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
  }
});

it.each(['with\nline', 'not ascii: é', ''])('a content type that no header can hold is left out: %j', async (type) => {
  const received = await heard();
  await copy(received, Buffer.from('x'), type);
  const { status, headers } = await query.get(`/v1/notifications/${received.receipt}/body`);
  expect([status, headers.get('ledger-content-type')]).toEqual([200, null]);
});

it('are told apart where they are erased, removed, missing, or not copied yet', async () => {
  const body = (name: string) => query.get(`/v1/notifications/${name}/body`);
  const erased = await heard();
  await copy(erased, null);
  expect(await body(erased.receipt)).toMatchObject({ status: 410, body: { code: 'body-erased' } });
  const missing = await heard();
  const behind = await body(missing.receipt);
  expect(behind).toMatchObject({ status: 503, body: { code: 'read-model-behind' } });
  expect(behind.headers.get('retry-after')).toMatch(/^\d+$/);
  await moved(missing);
  expect(await body(missing.receipt)).toMatchObject({ status: 410, body: { code: 'body-missing' } });
  await pool.query(`INSERT INTO ${schema}.removed VALUES ($1, $2)`, [missing.partition, missing.rawOffset + 1]);
  expect(await body(missing.receipt)).toMatchObject({ status: 410, body: { code: 'body-removed' } });
  await pool.query(`DELETE FROM ${schema}.removed`);
});

it('that do not have the digest of the notification are not answered', async () => {
  const received = await heard();
  await copy(received, Buffer.from('as received'));
  await pool.query(`UPDATE ${schema}.body SET bytes = 'others' WHERE "offset" = $1`, [received.rawOffset]);
  expect(await query.get(`/v1/notifications/${received.receipt}/body`)).toMatchObject({
    ...{ status: 500, body: { code: 'body-damaged' } },
  });
});

it('of a notification that is not applied yet, or of none, are as the notification itself is', async () => {
  const later = log.receive({ taskId: 'task', facts: FACTS });
  expect(await query.get(`/v1/notifications/${later.receipt}/body`)).toMatchObject({
    ...{ status: 503, body: { code: 'read-model-behind' } },
  });
  await later.apply();
  expect(await query.get('/v1/notifications/nonsense/body')).toMatchObject({
    status: 400,
    body: { code: 'bad-receipt' },
  });
  const unknown = '0197a000-0000-7000-8000-0000000000ff';
  expect(await query.get(`/v1/notifications/${unknown}/body`)).toMatchObject({
    ...{ status: 404, body: { code: 'notification-not-found' } },
  });
});

it('of a rejected notification are not kept', async () => {
  const id = '01932d5c-0001-7000-8000-000000000001';
  await log.reject({ id, received: new Date(0x01932d5c0001).toISOString(), reason: 'not-json' });
  expect(await query.get(`/v1/notifications/${id}/body`)).toMatchObject({
    status: 404,
    body: { code: 'body-not-kept' },
  });
});

it('say where they are instead, where the projection is off', async () => {
  const received = await heard();
  const off = await serve(database.url);
  const { status, body } = await off.get(`/v1/notifications/${received.receipt}/body`);
  await off.close();
  expect([status, body.code]).toEqual([404, 'body-not-kept']);
  expect(body.detail).toContain(`partition ${received.partition}, offset ${received.rawOffset}`);
});
