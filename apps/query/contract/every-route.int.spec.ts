import { gunzipSync } from 'node:zlib';
import { formatPosition, parsePosition } from '@mps-ledger/records';
import { ALL_PROJECTIONS, createTables } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { copyBody } from '../testing/copied-body';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';
import { POOL } from '../tokens';

/*
 * What holds for the answers of all routes, for each route of the contract: a new one is found here by itself. What cannot be known
 * of it is to be added: values of parameters that its path or its query requires (VALUES).
 */

jest.setTimeout(120_000);

interface ParameterObject {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly enum?: readonly string[]; readonly items?: { readonly enum?: readonly string[] } };
}
interface ResponseObject {
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, object>>;
}
interface OperationObject {
  readonly parameters: readonly ParameterObject[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
}
interface Route {
  readonly path: string;
  readonly url: string;
  readonly operation: OperationObject;
}

let database: TestDatabase;
let query: ServedQuery;
let routes: readonly Route[];
const values = new Map([
  ['id', 'full'],
  ['type', 'task.finished'],
  ['version', '1'],
  ['from', '1'],
]);

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  const log = new PlantedLog(database.pool());
  await log.adopt();
  await createTables(database.pool(), ALL_PROJECTIONS, log);
  const keys = Array.from({ length: 30 }, (_, n) => `Transcode:${n}:`);
  const heard = await log.hear({
    taskId: 'full',
    facts: [
      { type: 'task.started', data: { kind: 'live', message: 'm'.repeat(900) } },
      ...keys.map((key) => ({ type: 'subtask.failed' as const, data: { key, kind: 'Transcode', error_code: 1 } })),
    ],
  });
  await log.hear({
    taskId: 'full',
    facts: keys.map((key) => ({ type: 'subtask.succeeded' as const, data: { key, kind: 'Transcode' } })),
  });
  for (let n = 0; n < 5; n += 1)
    await log.hear({ taskId: `other ${n}`, facts: [{ type: 'task.finished', data: { kind: 'workflow' } }] });
  await copyBody(database.pool(), log, heard, Buffer.from(JSON.stringify({ Text: 'x'.repeat(2_000) })));
  values.set('receipt', heard.receipt);
  query = await serve(database.url, { projections: ['raw', 'search'] });
  routes = await routesOf(query);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const valueOf = (name: string): string => {
  const value = values.get(name);
  if (value === undefined) throw new Error(`VALUES of this spec has no ${name}, which a path or a query requires`);
  return encodeURIComponent(value);
};

async function routesOf(served: ServedQuery): Promise<readonly Route[]> {
  const { body } = await served.get('/openapi.json');
  const { paths } = body as { paths: Readonly<Record<string, { get: OperationObject }>> };
  return Object.entries(paths).map(([path, { get: operation }]) => {
    const required = operation.parameters.filter((one) => one.in === 'query' && one.required === true);
    const given = required.map(({ name }) => `${name}=${valueOf(name)}`).join('&');
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name));
    return { path, operation, url: given === '' ? filled : `${filled}?${given}` };
  });
}

const typesOf = ({ operation }: Route): readonly string[] => Object.keys(operation.responses['200']?.content ?? {});
const isEvents = (route: Route): boolean => typesOf(route).includes('text/event-stream');
const isRows = (route: Route): boolean => typesOf(route).includes('application/x-ndjson');
/** It says how long ago things were, so that no two answers are the same. */
const isMomentary = ({ path }: Route): boolean => path === '/v1/pipeline';
const reads = (): readonly Route[] => routes.filter(({ path }) => path.startsWith('/v1/'));
const withParameter = (url: string, name: string, value: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;

/** As it is sent: `fetch` would decompress it. */
async function sent(method: 'GET' | 'HEAD', url: string, headers: Record<string, string> = {}) {
  const { statusCode: status, headers: fields, rawPayload: bytes } = await query.http.inject({ method, url, headers });
  return { status, fields, bytes };
}
const GZIP = { 'accept-encoding': 'gzip' };

describe('every route', () => {
  it('answers large texts compressed where the client accepts it, with the same content', async () => {
    const compressed: string[] = [];
    for (const route of routes.filter((one) => !isEvents(one) && one.path !== '/metrics')) {
      const [plain, refused, zipped] = [
        await sent('GET', route.url),
        await sent('GET', route.url, { 'accept-encoding': 'gzip;q=0, br' }),
        await sent('GET', route.url, GZIP),
      ];
      for (const one of [plain, refused, zipped])
        expect([route.path, one.status, one.fields.vary]).toEqual([route.path, 200, 'accept-encoding']);
      expect([route.path, plain.fields['content-encoding'], refused.fields['content-encoding']]).toEqual([route.path]);
      const isSame = (bytes: Buffer): boolean => isMomentary(route) || bytes.equals(plain.bytes);
      expect([route.path, isSame(refused.bytes)]).toEqual([route.path, true]);
      const isBytes = typesOf(route).includes('application/octet-stream');
      const isExpected = !isBytes && (isRows(route) || plain.bytes.length >= 1024);
      expect([route.path, zipped.fields['content-encoding']]).toEqual([route.path, isExpected ? 'gzip' : undefined]);
      if (!isExpected) continue;
      compressed.push(route.path);
      expect([route.path, isSame(gunzipSync(zipped.bytes))]).toEqual([route.path, true]);
    }
    expect(compressed).toEqual(expect.arrayContaining(['/v1/tasks/{id}', '/v1/tasks', '/v1/changes', '/openapi.json']));
    expect(compressed.length).toBeGreaterThan(10);
  });

  it('answers HEAD with the fields of GET, and without a body', async () => {
    const FIELDS = ['content-type', 'content-encoding', 'etag', 'vary', 'cache-control', 'link'];
    for (const route of routes.filter((one) => !isEvents(one) && !isRows(one) && one.path !== '/metrics'))
      for (const headers of [{}, GZIP]) {
        const [get, head] = [await sent('GET', route.url, headers), await sent('HEAD', route.url, headers)];
        const names = [...FIELDS, ...(isMomentary(route) ? [] : ['content-length'])];
        const fieldsOf = ({ status, fields }: typeof get) => [status, ...names.map((name) => fields[name])];
        expect([route.path, ...fieldsOf(head)]).toEqual([route.path, ...fieldsOf(get)]);
        expect(head.bytes).toHaveLength(0);
      }
  });

  it('that is no stream has a tag, the same compressed or not, by which an unchanged answer is 304 without a body', async () => {
    const untagged = routes.filter(({ operation }) => !('304' in operation.responses));
    const isStream = (route: Route): boolean => isEvents(route) || isRows(route);
    expect(untagged.filter((one) => !isStream(one) && !isMomentary(one)).map(({ path }) => path)).toEqual([
      ...['/livez', '/readyz', '/metrics'],
    ]);
    for (const { url } of routes.filter(isMomentary)) {
      const { status, fields } = await sent('GET', url, { 'if-none-match': '*' });
      expect([status, fields.etag, fields['cache-control']]).toEqual([200, undefined, 'no-store']);
    }
    for (const { path, url } of routes.filter(({ operation }) => '304' in operation.responses)) {
      const first = await sent('GET', url);
      const tag = String(first.fields.etag);
      expect([path, tag]).toEqual([path, expect.stringMatching(/^W\/"[a-z0-9_.]+"$/)]);
      expect([path, (await sent('GET', url, GZIP)).fields.etag]).toEqual([path, tag]);
      expect([path, (await sent('GET', url, { 'if-none-match': '"other"' })).status]).toEqual([path, 200]);
      for (const method of ['GET', 'HEAD'] as const)
        for (const named of [tag, tag.replace('W/', ''), `"other", ${tag}`]) {
          const again = await sent(method, url, { ...GZIP, 'if-none-match': named });
          expect([path, again.status, again.bytes.length, again.fields.etag]).toEqual([path, 304, 0, tag]);
          expect([path, again.fields.vary, again.fields['content-encoding']]).toEqual([
            path,
            'accept-encoding',
            undefined,
          ]);
          expect([path, again.fields['ledger-position']]).toEqual([path, first.fields['ledger-position']]);
        }
    }
  });

  it('says of a misspelled parameter or value what is meant', async () => {
    let asked = 0;
    for (const { path, url, operation } of reads())
      for (const { name, schema } of operation.parameters.filter((one) => one.in === 'query')) {
        const wrong: (readonly [where: string, meant: string, url: string])[] = [];
        if (name.length > 3) wrong.push([`${name}x`, name, withParameter(url, `${name}x`, '1')]);
        for (const word of schema.enum ?? schema.items?.enum ?? [])
          if (word.length > 3) wrong.push([name, word, withParameter(url, name, `${word}x`)]);
        for (const [where, meant, wrongUrl] of wrong) {
          const { status, body, headers } = await query.get(wrongUrl);
          const type = headers.get('content-type');
          expect([path, wrongUrl, status, type]).toEqual([path, wrongUrl, 400, 'application/problem+json']);
          const found = (body.errors as { where: string; detail: string }[]).find(
            (one) => one.where === `query.${where}`,
          );
          expect([wrongUrl, found?.detail]).toEqual([wrongUrl, expect.stringContaining(`Did you mean ${meant}?`)]);
          asked += 1;
        }
      }
    expect(asked).toBeGreaterThan(100);
  });
});

describe('every read', () => {
  const positionOf = ({ headers }: Answered): string => headers.get('ledger-position') ?? '';

  it('says how fresh it is, also where it finds nothing', async () => {
    for (const { path, url } of reads()) {
      const nothing = url.replace('/full', '/none').replace(valueOf('receipt'), '01932d5c-ffff-7000-8000-000000000001');
      for (const one of [await query.get(url), await query.get(nothing)]) {
        expect([path, [200, 404].includes(one.status)]).toEqual([path, true]);
        expect([path, positionOf(one)]).toEqual([path, expect.stringMatching(/^p1\.plantedlog01\./)]);
        expect([path, one.headers.get('ledger-lag-ms')]).toEqual([path, expect.stringMatching(/^(\d+|unknown)$/)]);
      }
    }
  });

  it('is answered at a position that the rows have, and not before they have it', async () => {
    const here = positionOf(await query.get('/v1/tasks'));
    const position = parsePosition(here);
    if (position === null) throw new Error(`${here} is no position`);
    const later = formatPosition({ ...position, offsets: position.offsets.map((offset) => offset + 1) });
    for (const { path, url } of reads()) {
      const reached = await query.get(withParameter(url, 'min_position', here), { prefer: 'wait=5' });
      expect([path, reached.status, reached.headers.get('preference-applied')]).toEqual([path, 200, 'wait=5']);
      const behind = await query.get(withParameter(url, 'min_position', later));
      expect([path, behind.status, behind.body?.code]).toEqual([path, 503, 'read-model-behind']);
      expect([path, behind.headers.get('retry-after')]).toEqual([path, expect.stringMatching(/^\d+$/)]);
      expect([path, positionOf(behind)]).toEqual([path, here]);
    }
  });

  it('whose statement takes too long is 503, with what to do', async () => {
    const slow = await serve(database.url, {
      projections: ['raw', 'search'],
      replace: [[POOL, database.pool({ statement_timeout: 300 })]],
    });
    const locking = await database.pool().connect();
    await locking.query('BEGIN; LOCK tasks_v1.checkpoint IN ACCESS EXCLUSIVE MODE');
    // A stream whose client does not say how long it waits is held open.
    const waits = { prefer: 'wait=1' };
    const answers = await Promise.all(
      reads().map(async ({ path, url }) => [path, await slow.get(url, waits)] as const),
    );
    await locking.query('ROLLBACK');
    locking.release();
    await slow.close();
    for (const [path, { status, body, headers }] of answers) {
      expect([path, status, body?.code]).toEqual([path, 503, 'query-too-slow']);
      expect([path, body.detail]).toEqual([path, expect.stringContaining('Ask for less')]);
      expect([path, headers.get('retry-after')]).toEqual([path, expect.stringMatching(/^\d+$/)]);
    }
  });

  it('that is a stream of events is sent as it comes, uncompressed', async () => {
    const streams = reads().filter(isEvents);
    expect(streams.map(({ path }) => path)).toEqual(['/v1/stream']);
    for (const { url } of streams) {
      const { headers, text } = await query.get(url, GZIP);
      expect([headers.get('content-encoding'), headers.get('x-accel-buffering')]).toEqual([null, 'no']);
      expect(text).toContain('event: caught_up');
    }
  });
});
