import { applyPatch } from 'rfc6902';
import type { Operation } from 'rfc6902';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

let database: TestDatabase;
let query: ServedQuery;

const ended = (type: 'subtask.succeeded' | 'subtask.failed', definition: number): PlantedFact => ({
  type,
  data: { key: `Transcode:${definition}:`, kind: 'Transcode', definition: String(definition), output: { Size: 1 } },
});

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  const log = new PlantedLog(database.pool());
  await log.adopt();
  const hear = (...facts: PlantedFact[]) => log.hear({ taskId: 'a', facts });
  await hear({ type: 'task.started', data: { kind: 'workflow' } }, ended('subtask.succeeded', 2));
  await hear(ended('subtask.failed', 1), { ...ended('subtask.failed', 3), parked: 'so it is' });
  await hear({ type: 'media.probed', data: { metadata: { Width: 1, Streams: [1, 2] } } });
  await hear({ type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } }, ended('subtask.failed', 2));
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const at = async (version: number) => (await query.get(`/v1/tasks/a?at_version=${version}`)).body as object;
const diff = (parameters: string, headers = {}) => query.get(`/v1/tasks/a/diff?${parameters}`, headers);

describe('the difference of two versions', () => {
  it('applied to the one gives the other, for every two', async () => {
    for (const from of [1, 2, 3, 4]) {
      for (const to of [1, 2, 3, 4]) {
        const { status, body } = await diff(`from=${from}&to=${to}`);
        expect([status, body.from.version, body.to.version]).toEqual([200, from, to]);
        const document = await at(from);
        expect(applyPatch(document, body.patch as Operation[]).filter((result) => result !== null)).toEqual([]);
        expect([from, to, document]).toEqual([from, to, await at(to)]);
        expect((body.patch as unknown[]).length === 0).toBe(from === to);
      }
    }
  });

  it('is that to the newest version where none is named, and says where both are', async () => {
    const { body, headers } = await diff('from=3');
    expect(body).toEqual((await diff('from=3&to=4')).body);
    expect(body.to).toMatchObject({ version: 4, updated: (await query.get('/v1/tasks/a')).body.updated as string });
    const { headers: past } = await query.get('/v1/tasks/a?at_version=3');
    expect(body.from.position).toBe(past.get('ledger-as-of'));
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
    const again = await diff('from=3', { 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each([
    ['to=1', 400, 'query.from'],
    ['from=0', 400, 'query.from'],
    ['from=1&to=x', 400, 'query.to'],
    ['from=1&too=2', 400, 'query.too'],
  ])('of %s is %i', async (parameters, expected, where) => {
    const { status, body } = await diff(parameters);
    expect([status, body.errors[0].where]).toEqual([expected, where]);
  });

  it.each(['from=5', 'from=1&to=5', 'from=5&to=1'])('of %s is 404 and names the newest version', async (parameters) => {
    const { status, body } = await diff(parameters);
    expect([status, body.code, body.detail]).toEqual([404, 'version-not-found', expect.stringContaining('version 4')]);
    expect((await query.get('/v1/tasks/nobody/diff?from=1')).body.code).toBe('task-not-found');
  });
});
