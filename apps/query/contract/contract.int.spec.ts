import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { createTables, ALL_PROJECTIONS } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { SCHEMAS } from '@mps-ledger/records';
import { copyBody } from '../testing/copied-body';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

interface ResponseObject {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly get: OperationObject }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly headers: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
  };
}

let database: TestDatabase;
let empty: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
let unready: ServedQuery;
let document: Document;
/** The receipt of a notification whose bytes are kept. */
let kept: string;
let check: (schema: object, value: unknown) => string[];

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  empty = await testDatabase();
  log = new PlantedLog(database.pool());
  await log.adopt();
  await createTables(database.pool(), ALL_PROJECTIONS, log);
  await plant();
  query = await serve(database.url, { projections: ['raw', 'search'] });
  unready = await serve(empty.url);
  document = (await query.get('/openapi.json')).body as Document;
  check = checkerOf(document);
});

afterAll(async () => {
  await query.close();
  await unready.close();
  await database.close();
  await empty.close();
});

/** A task with everything that there is to show, and one of everything else. */
async function plant(): Promise<void> {
  const full = await log.hear({
    taskId: 'full',
    trust: 'queue',
    facts: [
      {
        type: 'task.started',
        data: { kind: 'workflow', session_id: 's', session_context: 'c', input: { Type: 'COS' } },
      },
      { type: 'task.finished', data: { kind: 'workflow', error_code: 'X', message: 'm', output: { Path: '/' } } },
      { type: 'media.probed', data: { metadata: { Width: 1 } } },
      {
        type: 'subtask.started',
        data: { key: 'Transcode:1:', kind: 'Transcode', definition: '1', input: { Definition: 1 } },
      },
      { type: 'subtask.progressed', data: { key: 'Transcode:1:', kind: 'Transcode', progress: 33 } },
      {
        type: 'subtask.failed',
        data: { key: 'Transcode:2:', kind: 'Transcode', error_code: 1, error_code_ext: 'E', message: 'm' },
      },
      { type: 'subtask.counted', data: { key: 'Transcode:2:', kind: 'Transcode', total: 3, succeeded: 1, failed: 1 } },
      { type: 'task.started', data: { kind: 'live' }, parked: 'because' },
      {
        type: 'live.result-reported',
        data: {
          notification_type: 'AiSmartSubtitleResult',
          results: {
            AiSmartSubtitleResultInfo: {
              SmartSubtitleResult: [
                { Text: 'a', StartPTSTime: 1, EndPTSTime: 2, SteadyState: false },
                { Text: 'ab', StartPTSTime: 1, EndPTSTime: 3 },
                { Text: 'c' },
              ],
            },
          },
        },
      },
    ],
  });
  await copyBody(database.pool(), log, full, Buffer.from('{}'));
  kept = full.receipt;
  for (const account of ['default', 'other'])
    await log.hear({ account, taskId: 'two', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  await log.hear({ taskId: 'bare', facts: [{ type: 'task.reported', data: { kind: 'unknown' } }] });
  await log.hear({ taskId: 'many', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
  await log.hear({
    taskId: 'many',
    facts: [
      { type: 'subtask.succeeded', data: { key: 'Transcode:1:', kind: 'Transcode', definition: '1' } },
      { type: 'task.finished', data: { kind: 'workflow' } },
    ],
  });
  await log.hear({ taskId: null, facts: [], kind: 'unknown', reason: 'no-task-id' });
  await log.reject({
    id: '01932d5c-0001-7000-8000-000000000001',
    received: new Date(0x01932d5c0001).toISOString(),
    reason: 'not-json',
  });
}

/** Members that the contract does not name are faults, though clients have to bear them. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isObject = members['type'] === 'object' && 'properties' in members && !('additionalProperties' in members);
  return isObject ? { ...members, additionalProperties: false } : members;
}

function checkerOf(whole: Document): typeof check {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true });
  addFormats.default(ajv);
  const standalone = (schema: object): object =>
    JSON.parse(JSON.stringify(closed(schema)).replaceAll('#/components/schemas/', 'contract:')) as object;
  for (const [name, schema] of Object.entries(whole.components.schemas)) {
    ajv.addSchema({ $id: `contract:${name}`, ...standalone(schema) });
  }
  return (schema, value) => {
    const validate = ajv.compile(standalone(schema));
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
}

/** What is wrong with an answer, by what the contract says of that operation and status. */
function faultsOf(path: string, { status, headers, body, text }: Answered): string[] {
  const { responses } = operationOf(path);
  const response = responses[status] ?? responses['default'];
  if (response === undefined) return ['the contract does not know this answer'];
  const names = Object.entries(response.headers ?? {}).flatMap(([name, { $ref }]) => {
    const header = document.components.headers[$ref.split('/').at(-1) ?? ''];
    const value = headers.get(name);
    if (header === undefined) return [`${$ref} leads nowhere`];
    if (value === null) return header.required === true ? [`${name} is missing`] : [];
    return check(header.schema, value).map((fault) => `${name}${fault}`);
  });
  const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
  if (content === undefined) return [...names, ...(text === '' ? [] : ['there is a body'])];
  const isType = headers.get('content-type')?.startsWith(type ?? '') === true;
  return [
    ...names,
    ...(isType ? [] : [`it is ${headers.get('content-type') ?? 'nothing'}`]),
    ...check(content.schema, body ?? text),
  ];
}

function operationOf(path: string): OperationObject {
  const found = document.paths[path];
  if (found === undefined) throw new Error(`the contract has no ${path}`);
  return found.get;
}

const GONE = 'r1.otherlog0000.1.0.1.abcdef';
const ELSEWHERE = 'min_position=p1.otherlog0000.1.1.1-1-1-1.abcdef01';
/** On which everything was received. */
const THAT_DAY = 'ended_after=2026-11-22T00:00:00Z&ended_before=2026-11-23T00:00:00Z';
const ABSENT = '01932d5c-ffff-7000-8000-000000000001';

/** A call for each answer that the contract knows. */
function calls(): readonly (readonly [path: string, status: number, url: string, headers?: Record<string, string>])[] {
  const received = log.receive({ taskId: 'full', facts: [] }).receipt;
  return [
    ['/v1/tasks/{id}', 200, '/v1/tasks/full'],
    ['/v1/tasks/{id}', 200, '/v1/tasks/bare?until=finished', { prefer: 'wait=1' }],
    ['/v1/tasks/{id}', 200, '/v1/tasks/full?at_version=1'],
    ['/v1/tasks/{id}', 200, '/v1/tasks/full?at=9999-01-01T00:00:00Z'],
    ['/v1/tasks/{id}', 400, '/v1/tasks/full?acount=a'],
    ['/v1/tasks/{id}', 400, '/v1/tasks/full?at_version=1&at=9999-01-01T00:00:00Z'],
    ['/v1/tasks/{id}', 404, '/v1/tasks/none'],
    ['/v1/tasks/{id}', 404, '/v1/tasks/full?at_version=2'],
    ['/v1/tasks/{id}', 404, '/v1/tasks/full?at=0001-01-01T00:00:00Z'],
    ['/v1/tasks/{id}', 410, `/v1/tasks/full?receipt=${GONE}`],
    ['/v1/tasks/{id}', 410, `/v1/tasks/full?${ELSEWHERE}`],
    ['/v1/tasks/{id}', 503, `/v1/tasks/full?receipt=${received}`],
    ['/v1/tasks/{id}', 409, '/v1/tasks/two'],
    ...['history', 'diff?from=1', 'why', 'live'].map((what) => {
      return [`/v1/tasks/{id}/${what.replace(/\?.*/, '')}`, 409, `/v1/tasks/two/${what}`] as const;
    }),
    ['/v1/tasks/{id}/history', 200, '/v1/tasks/full/history?limit=3'],
    ['/v1/tasks/{id}/history', 200, '/v1/tasks/full/history'],
    ['/v1/tasks/{id}/history', 400, '/v1/tasks/full/history?limit=x'],
    ['/v1/tasks/{id}/history', 404, '/v1/tasks/none/history'],
    ['/v1/tasks/{id}/history', 410, `/v1/tasks/full/history?${ELSEWHERE}`],
    ['/v1/tasks/{id}/diff', 200, '/v1/tasks/many/diff?from=1'],
    ['/v1/tasks/{id}/diff', 200, '/v1/tasks/many/diff?from=2&to=1'],
    ['/v1/tasks/{id}/diff', 400, '/v1/tasks/many/diff'],
    ['/v1/tasks/{id}/diff', 404, '/v1/tasks/none/diff?from=1'],
    ['/v1/tasks/{id}/diff', 404, '/v1/tasks/many/diff?from=1&to=3'],
    ['/v1/tasks/{id}/diff', 410, `/v1/tasks/many/diff?from=1&${ELSEWHERE}`],
    ['/v1/tasks/{id}/why', 200, '/v1/tasks/full/why?limit=2'],
    ['/v1/tasks/{id}/why', 200, '/v1/tasks/many/why'],
    ['/v1/tasks/{id}/why', 400, '/v1/tasks/many/why?value=x'],
    ['/v1/tasks/{id}/why', 404, '/v1/tasks/many/why?at_version=3'],
    ['/v1/tasks/{id}/why', 410, `/v1/tasks/many/why?${ELSEWHERE}`],
    ['/v1/tasks/{id}/live', 200, '/v1/tasks/full/live?superseded=true&limit=2'],
    ['/v1/tasks/{id}/live', 200, '/v1/tasks/bare/live'],
    ['/v1/tasks/{id}/live', 400, '/v1/tasks/full/live?from=x'],
    ['/v1/tasks/{id}/live', 404, '/v1/tasks/none/live'],
    ['/v1/tasks/{id}/live', 410, `/v1/tasks/full/live?${ELSEWHERE}`],
    ['/v1/tasks', 200, '/v1/tasks?limit=1'],
    ['/v1/tasks', 200, '/v1/tasks'],
    ['/v1/tasks', 400, '/v1/tasks?status=x&limit=0'],
    ['/v1/tasks', 410, `/v1/tasks?${ELSEWHERE}`],
    ['/v1/tasks/counts', 200, '/v1/tasks/counts'],
    ['/v1/tasks/counts', 400, '/v1/tasks/counts?status=x'],
    ['/v1/tasks/counts', 410, `/v1/tasks/counts?${ELSEWHERE}`],
    ['/v1/tasks/export', 200, '/v1/tasks/export'],
    ['/v1/tasks/export', 400, '/v1/tasks/export?format=x'],
    ['/v1/tasks/export', 410, `/v1/tasks/export?${ELSEWHERE}`],
    ['/v1/notifications/{receipt}', 200, `/v1/notifications/${received}`],
    ['/v1/notifications/{receipt}', 200, '/v1/notifications/01932d5c-0001-7000-8000-000000000001'],
    ['/v1/notifications/{receipt}', 400, '/v1/notifications/x'],
    ['/v1/notifications/{receipt}', 404, `/v1/notifications/${ABSENT}`],
    ['/v1/notifications/{receipt}', 410, `/v1/notifications/${GONE}`],
    ['/v1/notifications/{receipt}/body', 200, `/v1/notifications/${kept}/body`],
    ['/v1/notifications/{receipt}/body', 400, '/v1/notifications/x/body'],
    ['/v1/notifications/{receipt}/body', 404, `/v1/notifications/${ABSENT}/body`],
    ['/v1/notifications/{receipt}/body', 410, `/v1/notifications/${GONE}/body`],
    ['/v1/notifications', 200, '/v1/notifications?limit=2'],
    ['/v1/notifications', 200, '/v1/notifications'],
    ['/v1/notifications', 400, '/v1/notifications?state=received'],
    ['/v1/notifications', 410, `/v1/notifications?${ELSEWHERE}`],
    ['/v1/pipeline', 200, '/v1/pipeline'],
    ['/v1/pipeline', 400, '/v1/pipeline?x=1'],
    ['/v1/pipeline', 410, `/v1/pipeline?${ELSEWHERE}`],
    ['/v1/errors', 200, `/v1/errors?${THAT_DAY}&limit=1`],
    ['/v1/errors', 200, `/v1/errors?${THAT_DAY}`],
    ['/v1/errors', 400, '/v1/errors?error_class=x'],
    ['/v1/errors', 410, `/v1/errors?${ELSEWHERE}`],
    ['/v1/usage', 200, '/v1/usage?limit=1'],
    ['/v1/usage', 200, '/v1/usage?by=account'],
    ['/v1/usage', 400, '/v1/usage?by=x'],
    ['/v1/usage', 410, `/v1/usage?${ELSEWHERE}`],
    ['/v1/changes', 200, '/v1/changes?limit=2'],
    ['/v1/changes', 200, '/v1/changes?stream=state-changes'],
    ['/v1/changes', 400, '/v1/changes?limit=0'],
    ['/v1/changes', 410, `/v1/changes?${ELSEWHERE.replace('min_position', 'after')}`],
    ['/v1/stream', 200, '/v1/stream?after=now'],
    ['/v1/stream', 400, '/v1/stream?stream=x'],
    ['/v1/stream', 410, `/v1/stream?${ELSEWHERE.replace('min_position', 'after')}`],
    ['/schemas', 200, '/schemas'],
    ['/schemas', 400, '/schemas?x=1'],
    ['/schemas/{type}/{version}.json', 200, '/schemas/task.finished/1.json'],
    ['/schemas/{type}/{version}.json', 400, '/schemas/task.finished/1.json?x=1'],
    ['/schemas/{type}/{version}.json', 404, '/schemas/task.finished/9.json'],
    ['/openapi.json', 200, '/openapi.json'],
    ['/openapi.json', 400, '/openapi.json?x=1'],
    ['/livez', 200, '/livez'],
    ['/readyz', 200, '/readyz'],
    ['/readyz', 200, '/readyz?verbose'],
    ['/readyz', 400, '/readyz?verbose=x'],
    ['/metrics', 200, '/metrics'],
  ];
}

describe('the contract', () => {
  it('has every route of the server but those of the page, and no other', () => {
    const routes: string = query.http.nest.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const parents: string[] = [];
    const served = routes.split('\n').flatMap((line) => {
      const found = /^([│ ├└─]*)(\S+)(?: \(([^)]+)\))?/.exec(line);
      if (found === null) return [];
      const depth = (found[1] ?? '').length / 4 - 1;
      parents.splice(depth, Infinity, found[2] ?? '');
      return found[3] === undefined ? [] : [`${found[3]} ${parents.join('')}`];
    });
    const named = Object.keys(document.paths).map(
      (path) => `GET, HEAD ${path.replace('{version}.json', ':file').replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    const ofThePage = ['GET, HEAD /', 'GET, HEAD /assets/:file'];
    expect(served.sort()).toEqual([...named, ...ofThePage].sort());
  });

  it.each(['200', '304', '400', '404', '409', '410', '503', 'default'])(
    'is what the server answers: %s',
    async (status) => {
      const promised = Object.keys(document.paths).filter((path) => status in operationOf(path).responses);
      const answered = new Set<string>();
      const judge = (path: string, answer: Answered): void => {
        expect([path, answer.status, faultsOf(path, answer)]).toEqual([path, answer.status, []]);
        answered.add(path);
      };
      for (const [path, expected, url, headers] of calls()) {
        if (status === String(expected)) {
          const answer = await query.get(url, headers);
          expect([url, answer.status]).toEqual([url, expected]);
          judge(path, answer);
        } else if (expected === 200 && status === '304' && promised.includes(path)) {
          const etag = (await query.get(url)).headers.get('etag') ?? '';
          const answer = await query.get(url, { 'if-none-match': etag });
          expect(answer.status).toBe(304);
          judge(path, answer);
        } else if (expected === 200 && status === '503' && promised.includes(path)) {
          const answer = await unready.get(url);
          expect(answer.status).toBe(503);
          judge(path, answer);
        } else if (expected === 200 && status === 'default') {
          const answer = await query.get(url, {}, { method: 'POST' });
          expect(answer.status).toBe(405);
          judge(path, answer);
        }
      }
      expect([...answered].sort()).toEqual(promised.sort());
    },
  );

  it('would find a member that it does not name, one that is missing, and one of another type', async () => {
    const answer = await query.get('/v1/tasks/full');
    const changed = (change: object): Answered => ({ ...answer, body: { ...answer.body, ...change } as unknown });
    expect(faultsOf('/v1/tasks/{id}', answer)).toEqual([]);
    for (const change of [
      { surprise: 1 },
      { status: undefined },
      { status: 'FINISH' },
      { subtasks: [{}] },
      { parked: '1' },
    ]) {
      expect(faultsOf('/v1/tasks/{id}', changed(change))).not.toEqual([]);
    }
    expect(
      faultsOf('/v1/tasks/{id}', { ...answer, headers: new Headers({ 'content-type': 'application/json' }) }),
    ).not.toEqual([]);
  });

  it('is sound: ids are unique, references lead somewhere, parameters of paths are declared', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const operations = Object.entries(document.paths);
    expect(new Set(operations.map(([, { get }]) => get.operationId)).size).toBe(operations.length);
    for (const [path, { get }] of operations) {
      const inPath = get.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
    for (const [, reference = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = reference
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
  });

  it('lists every parameter that is taken, with the values that are', async () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (!path.startsWith('/v1')) continue;
      const url = path.replace('{id}', 'full').replace('{receipt}', ABSENT);
      const names = get.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      const { body } = await query.get(`${url}?no-such=1`);
      const told = /there are (.*?)\./.exec(body.errors[0].detail as string)?.[1];
      expect([path, told?.split(', ') ?? []]).toEqual([path, names]);
    }
  });
});

describe('the schemas of data', () => {
  it('are listed, and served where the list says', async () => {
    const { body } = await query.get('/schemas');
    expect(body.items).toHaveLength(SCHEMAS.length);
    for (const { id, href } of body.items as { id: string; href: string }[]) {
      expect((await query.get(href)).body).toMatchObject({ $id: id });
    }
  });

  it('hold for all data that histories show', async () => {
    const ajv = new Ajv2020({ allowUnionTypes: true, schemas: SCHEMAS.map((schema) => ({ ...schema })) });
    const { body } = await query.get('/v1/tasks/full/history');
    for (const { event } of body.items as { event: { dataschema: string; data: unknown } }[]) {
      const { dataschema, data } = event;
      expect([dataschema, ajv.validate(dataschema, data), ajv.errors]).toEqual([dataschema, true, null]);
    }
  });

  it.each(['task.finished/0.json', 'task.finished/1', 'task.finished/01.json', 'none/1.json', '__proto__/1.json'])(
    '%s is 404',
    async (name) => {
      expect((await query.get(`/schemas/${name}`)).status).toBe(404);
    },
  );
});
