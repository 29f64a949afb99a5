import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { createTables, ALL_PROJECTIONS } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { formatReceipt } from '@mps-ledger/records';
import { copyBody } from '../testing/copied-body';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(300_000);

interface ParameterObject {
  readonly explode?: boolean;
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string };
}
interface OperationObject {
  readonly parameters: readonly ParameterObject[];
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly paths: Readonly<Record<string, { readonly get: OperationObject }>>;
  readonly security: readonly object[];
  readonly components: Readonly<Record<string, object>>;
}

const KEY = 'a-key-of-some-length';

let database: TestDatabase;
let query: ServedQuery;
let keyed: ServedQuery;
let log: PlantedLog;
let receipt: string;
let document: Document;

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  const received = await log.hear({ taskId: 'full', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  ({ receipt } = received);
  await createTables(database.pool(), ALL_PROJECTIONS, log);
  await copyBody(database.pool(), log, received, Buffer.from('{}'));
  query = await serve(database.url, { projections: ['raw', 'search'] });
  keyed = await serve(database.url, { apiKeys: [KEY], projections: ['raw', 'search'] });
  document = (await query.get('/openapi.json')).body as Document;
});

afterAll(async () => {
  await query.close();
  await keyed.close();
  await database.close();
});

const encoded = (text: string): string => encodeURIComponent(text);

/** Texts that are nearly right, of every kind of parameter there is. */
const CANDIDATES: readonly string[] = [
  ...[
    '',
    ' ',
    'x',
    'true',
    'false',
    'TRUE',
    '1',
    '0',
    '-1',
    '01',
    '+1',
    '1.0',
    '200',
    '201',
    '1e2',
    '９',
    'null',
    '\0',
  ],
  ...['default', 'a', '-a', 'A', 'a_b', 'a'.repeat(63), 'a'.repeat(64), 'default\n', ' default', 'é'],
  ...['finished', 'Finished', 'processing', 'unknown', 'workflow', 'succeeded', 'derived', 'rejected', 'received'],
  ...[
    'x'.repeat(200),
    'x'.repeat(201),
    '😀'.repeat(200),
    '😀'.repeat(201),
    'x'.repeat(1000),
    'x'.repeat(1001),
    '😀'.repeat(1001),
  ],
  ...[
    '2026-11-22T09:00:00Z',
    '2026-11-22t09:00:00.123456789z',
    '2026-11-22T09:00:00+23:59',
    '2026-11-22T09:00:00-00:00',
  ],
  ...['2026-11-22 09:00:00Z', '2026-11-22T09:00:00', '2026-11-22', '2026-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ...[
    '2026-11-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T23:59:60Z',
    '0000-01-01T00:00:00Z',
  ],
  ...['0001-01-01T00:00:00Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59-01:00'],
  ...[
    '2026-11-22T09:00:00.1234567890Z',
    '2026-11-22T09:00:00+24:00',
    '2026-11-22T09:00:00+0800',
    '2026-11-22T09:00:00Zx',
  ],
  ...['2026-11-22T09:00:00+15:59', '2026-11-22T09:00:00-23:59', '12026-11-22T09:00:00Z'],
  ...['abc=', 'a b', 'a+b', 'a/b', 'a.b', 'YWJj', 'x'.repeat(16_384), 'x'.repeat(16_385)],
];

/** As an integer is written, and nothing else, it is one; a list, where a parameter takes several values. */
const valueOf = ({ schema, explode }: ParameterObject, text: string): unknown => {
  if (schema.type === 'array') return explode === false ? text.split(',') : [text];
  return schema.type === 'integer' && /^(?:0|-?[1-9]\d*)$/.test(text) ? Number(text) : text;
};

describe('what the contract says of a query parameter is what the server takes', () => {
  it('for every parameter of every operation', async () => {
    let compared = 0;
    for (const [path, { get }] of Object.entries(document.paths)) {
      const url = path.replace('{id}', 'full').replace('{receipt}', receipt);
      for (const parameter of get.parameters.filter((one) => one.in === 'query')) {
        const validate = ajv.compile(parameter.schema);
        for (const text of CANDIDATES) {
          const { status, body } = await query.get(`${url}?${parameter.name}=${encoded(text)}`);
          const isRefused = status === 400 && body.errors[0].where === `query.${parameter.name}`;
          const isRight = validate(valueOf(parameter, text));
          // A cursor is under a MAC, which no pattern can tell.
          if (parameter.name === 'cursor' && isRight) continue;
          expect([path, parameter.name, text, isRefused]).toEqual([path, parameter.name, text, !isRight]);
          expect(status).toBeLessThan(500);
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });
});

const part = fc.oneof(
  fc.nat({ max: 99 }).map(String),
  fc.constantFrom(
    '00',
    '01',
    '1',
    '0',
    '999999999',
    '1000000000',
    '999999999999999',
    '1000000000000000',
    '9007199254740993',
  ),
  fc.stringMatching(/^[0-9a-f]{5,7}$/),
  fc.constantFrom('plantedlog01', 'PLANTEDLOG01', 'short', ' ', '', '\n', '٣'),
);

/** Right receipts, and some with a part that is another, missing, or one too many. */
const receipts = fc
  .tuple(fc.nat({ max: 5 }), fc.constantFrom('', 'put', 'drop', 'add'), fc.option(part, { nil: undefined }))
  .map(([at, change, text = 'x']) => {
    const right = formatReceipt({ logId: log.logId, logGeneration: 1, partition: 0, offset: 1, check: 'abcdef' }).split(
      '.',
    );
    if (change === 'put') right[at] = text;
    if (change === 'drop') right.splice(at, 1);
    if (change === 'add') right.splice(at, 0, text);
    return right.join('.');
  });
const uuids = fc
  .tuple(fc.uuid(), fc.constantFrom('upper', 'lower'))
  .map(([uuid, letters]) => (letters === 'upper' ? uuid.toUpperCase() : uuid));

describe('what the contract says of a receipt is what the server takes', () => {
  it('in the path of a notification, where an id may stand as well', async () => {
    const [parameter] = document.paths['/v1/notifications/{receipt}']?.get.parameters ?? [];
    const validate = ajv.compile(parameter?.schema ?? false);
    const names = fc.oneof(receipts, uuids, fc.string({ minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        fc.pre(!/^\.{1,2}$/.test(name));
        const { status, body } = await query.get(`/v1/notifications/${encoded(name)}`);
        const isRefused = status === 400 && body.code === 'bad-receipt';
        expect([name, status < 500, isRefused]).toEqual([name, true, !validate(name)]);
      }),
      { numRuns: 400 },
    );
  });

  it('beside a task', async () => {
    const parameter = document.paths['/v1/tasks/{id}']?.get.parameters.find(({ name }) => name === 'receipt');
    const validate = ajv.compile(parameter?.schema ?? false);
    await fc.assert(
      fc.asyncProperty(fc.oneof(receipts, uuids), async (text) => {
        const { status, body } = await query.get(`/v1/tasks/full?receipt=${encoded(text)}`);
        const isRefused = status === 400 && body.code === 'bad-parameter';
        const isBehind = status === 503 && body.code === 'read-model-behind';
        expect([text, status < 500 || isBehind, isRefused]).toEqual([text, true, !validate(text)]);
      }),
      { numRuns: 400 },
    );
  });

  it('and in what it answers', async () => {
    const { receipt: said } = (await query.get(`/v1/notifications/${receipt}`)).body;
    expect(said).toBe(receipt);
  });
});

it('schemas have types of the list and versions as they are written', async () => {
  const parameters = document.paths['/schemas/{type}/{version}.json']?.get.parameters ?? [];
  const [type, version] = parameters.map(({ schema }) => ajv.compile(schema));
  for (const [name, number] of [
    ['task.finished', '1'],
    ['task.finished', '01'],
    ['task.finished', '0'],
    ['task.finished', '1x'],
    ['task.Finished', '1'],
    ['__proto__', '1'],
    ['task', '1'],
  ] as const) {
    const { status } = await query.get(`/schemas/${name}/${number}.json`);
    expect([name, number, status]).toEqual([
      name,
      number,
      type?.(name) === true && version?.(number) === true ? 200 : 404,
    ]);
  }
});

describe('what the contract says of keys is so', () => {
  it('without keys: none is needed, of any operation, but may be once there is one', async () => {
    expect([document.security, Object.keys(document.components['securitySchemes'] ?? {})]).toEqual([
      [{ key: [] }, {}],
      ['key'],
    ]);
    for (const [path, { get }] of Object.entries(document.paths)) {
      const mayAsk = path !== '/livez' && path !== '/readyz';
      expect([path, get.security.length === 0 || get.security.some((one) => Object.keys(one).length === 0)]).toEqual([
        path,
        true,
      ]);
      expect([path, '401' in get.responses]).toEqual([path, mayAsk]);
    }
  });

  it('with keys: each operation that names the scheme answers 401 without a key, and no other does', async () => {
    expect((await keyed.get('/openapi.json')).status).toBe(401);
    const authorization = `Bearer ${KEY}`;
    const { body } = await keyed.get('/openapi.json', { authorization });
    const { paths, security, components } = body as Document;
    expect([security, Object.keys(components['securitySchemes'] ?? {})]).toEqual([[{ key: [] }], ['key']]);
    for (const [path, { get }] of Object.entries(paths)) {
      const url = path
        .replace('{id}', 'full')
        .replace('{receipt}', receipt)
        .replace('{type}/{version}', 'task.finished/1')
        .replace(/diff$/, 'diff?from=1');
      const asks = !get.security.some((one) => Object.keys(one).length === 0) && get.security.length > 0;
      expect([path, '401' in get.responses]).toEqual([path, asks]);
      const without = await keyed.get(url);
      expect([path, without.status, without.headers.has('www-authenticate')]).toEqual([path, asks ? 401 : 200, asks]);
      expect([path, (await keyed.get(url, { authorization })).status]).toEqual([path, 200]);
      expect((await keyed.get(url, { authorization: 'Bearer another-key-of-length' })).status).toBe(asks ? 401 : 200);
    }
  });
});
