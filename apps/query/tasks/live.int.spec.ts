import * as fc from 'fast-check';
import { migrate, projectionSchema, readCursorKey, readModelIn } from '@mps-ledger/read-model';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeCursorSealer } from '../http/cursor';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

type Item = Readonly<Record<string, unknown>>;

interface Shown {
  readonly kind: string;
  readonly start_offset: number | null;
  readonly end_offset: number | null;
  readonly text: string | null;
  readonly steady: boolean;
  readonly superseded: boolean;
  readonly item: Item;
}

async function report(taskId: string, results: object): Promise<void> {
  const data = { notification_type: 'AiResult', results };
  await log.hear({ taskId, kind: 'live', facts: [{ type: 'live.result-reported', data }] });
}

const subtitles = (...items: readonly Item[]): object => ({
  AiSmartSubtitleResultInfo: { SmartSubtitleResult: items },
});
const said = (Text: string, StartPTSTime: number, more: Item = {}): Item => ({ Text, StartPTSTime, ...more });
const unsteady = (EndPTSTime: number, more: Item = {}): Item => ({ EndPTSTime, SteadyState: false, ...more });

async function pages(taskId: string, search: string): Promise<Shown[][]> {
  const found: Shown[][] = [];
  for (let next: string | null = search; next !== null;) {
    const { status, body, headers } = await query.get(`/v1/tasks/${taskId}/live?${next}`);
    expect([status, headers.get('ledger-position')?.slice(0, 3)]).toEqual([200, 'p1.']);
    expect(body.counts === null).toBe(found.length > 0);
    found.push(body.items as Shown[]);
    next = body.next_cursor === null ? null : `cursor=${body.next_cursor as string}`;
    expect(headers.get('link') !== null).toBe(next !== null);
  }
  return found;
}

const texts = async (taskId: string, search = ''): Promise<(string | null)[]> =>
  (await pages(taskId, search)).flat().map(({ text }) => text);

describe('the items of a live stream', () => {
  beforeAll(async () => {
    await report('stream', subtitles(said('he', 1, unsteady(2)), said('later', 9, { EndPTSTime: 10 })));
    await report('stream', subtitles(said('hello wor', 1, unsteady(3)), said('still', 5, unsteady(6))));
    await report('stream', subtitles(said('hello world', 1, { EndPTSTime: 4, SteadyState: true })));
    await report('stream', subtitles(said('still goi', 5, unsteady(7))));
    await report('stream', {
      LiveRecordResultInfo: { FileResults: [{ Url: 'file', StartTime: '2026-01-01T00:00:00Z' }] },
    });
  });

  it('are answered by their start, each as its latest report says, without those that are superseded', async () => {
    const [items = []] = await pages('stream', '');
    expect(items).toEqual([
      {
        ...{ kind: 'LiveRecord', start_offset: null, end_offset: null, text: 'file', steady: true, superseded: false },
        item: { Url: 'file', StartTime: '2026-01-01T00:00:00Z' },
      },
      expect.objectContaining({
        kind: 'AiSmartSubtitle',
        start_offset: 1,
        end_offset: 4,
        text: 'hello world',
        steady: true,
      }),
      expect.objectContaining({ start_offset: 5, end_offset: 7, text: 'still goi', steady: false, superseded: false }),
      expect.objectContaining({ start_offset: 9, text: 'later', steady: true }),
    ]);
  });

  it('are counted by kind, and their offsets are in the task', async () => {
    const { body } = await query.get('/v1/tasks/stream/live?limit=1&kind=LiveRecord');
    expect(body.counts).toEqual([
      { kind: 'AiSmartSubtitle', items: 6, superseded: 3 },
      { kind: 'LiveRecord', items: 1, superseded: 0 },
    ]);
    expect((await query.get('/v1/tasks/stream')).body).toMatchObject({
      ...{ kind: 'live', status: 'processing', live: { start_offset: 9, end_offset: 10 } },
    });
  });

  it.each<[string, readonly string[]]>([
    ['kind=LiveRecord', ['file']],
    ['kind=AiSmartSubtitle', ['hello world', 'still goi', 'later']],
    ['kind=none', []],
    ['from=1&to=9', ['hello world', 'still goi']],
    ['to=5', ['file', 'hello world']],
    ['steady=false', ['still goi']],
    ['steady=true', ['file', 'hello world', 'later']],
    ['superseded=true&to=6&from=-3.5', ['file', 'he', 'hello wor', 'hello world', 'still', 'still goi']],
    ['superseded=false&from=9', ['later']],
  ])('can be filtered: %s', async (search, expected) => {
    const found = await texts('stream', search);
    expect([...found].sort()).toEqual([...expected].sort());
    for (const limit of [1, 2]) expect(await texts('stream', `${search}&limit=${limit}`)).toEqual(found);
  });

  it('of two speakers do not supersede each other', async () => {
    await report(
      'two',
      subtitles(said('a', 0, unsteady(1, { UserId: 'u' })), said('b', 0, { EndPTSTime: 2, UserId: 'v' })),
    );
    expect((await texts('two')).sort()).toEqual(['a', 'b']);
  });

  it('are none of a task of another kind, and 404 of an unknown task', async () => {
    await log.hear({ taskId: 'still', facts: [{ type: 'task.started', data: { kind: 'workflow' } }] });
    expect((await query.get('/v1/tasks/still/live')).body).toEqual({ items: [], counts: [], next_cursor: null });
    expect((await query.get('/v1/tasks/nobody/live')).body.code).toBe('task-not-found');
    expect((await query.get('/v1/tasks/stream/live?account=other')).status).toBe(404);
  });

  it('are on pages that end where their bytes are used up', async () => {
    const long = (n: number): Item => said(String(n).repeat(900_000), n);
    for (let n = 1; n < 10; n += 1) await report('long', subtitles(long(n)));
    const found = await pages('long', 'limit=200');
    expect(found.map((page) => page.length)).toEqual([4, 4, 1]);
  });

  it('are found behind thousands that are superseded, on pages that look at a bounded number', async () => {
    const many = Array.from({ length: 6_000 }, (_, n) => said(`t${n}`, 3, unsteady(n)));
    await report('many', subtitles(...many, said('after', 4)));
    const found = await pages('many', 'limit=200');
    expect(found.length).toBeGreaterThan(1);
    expect(found.flat().map(({ text }) => text)).toEqual(['t5999', 'after']);
    expect((await pages('many', 'superseded=true&limit=200')).flat()).toHaveLength(6_001);
  });

  it('are not continued by a cursor that has another place, list or filter', async () => {
    const sealer = makeCursorSealer(await readCursorKey(readModelIn(projectionSchema, database.pool())));
    const { body } = await query.get('/v1/tasks/stream/live?limit=1&kind=AiSmartSubtitle');
    const sound = sealer.open(body.next_cursor as string);
    if (sound === null) throw new Error('no cursor');
    const [start = '', kind = '', key = ''] = sound.after;
    const wrong = [
      ...['', 'NaN', 'Infinity', '1e9', '01', 'x'].map((text) => ({ ...sound, after: [text, kind, key] })),
      ...['\0', '\ud800', 'x'.repeat(201)].map((text) => ({ ...sound, after: [start, text, key] })),
      ...['', 'zz', key.slice(1), key.toUpperCase()].map((text) => ({ ...sound, after: [start, kind, text] })),
      ...[[], [start, kind], [start, kind, key, '']].map((after) => ({ ...sound, after })),
      ...[{ from: 'x' }, { to: '1e5' }, { steady: 'yes' }, { kind: '' }, { status: 'x' }].map((filter) => ({
        ...sound,
        filter,
      })),
      ...['tasks', 'live', `live ${'0'.repeat(64)}`].map((list) => ({ ...sound, list })),
    ];
    for (const content of wrong) {
      const answer = await query.get(`/v1/tasks/stream/live?cursor=${sealer.seal(content)}`);
      expect([content, answer.status, answer.body.code]).toEqual([content, 400, 'bad-parameter']);
    }
    expect((await query.get(`/v1/tasks/stream/live?cursor=${sealer.seal(sound)}`)).status).toBe(200);
    expect((await query.get(`/v1/tasks/stream/live?cursor=${sealer.seal(sound)}&kind=LiveRecord`)).status).toBe(400);
  });
});

const anyItem = fc.record({
  Text: fc.constantFrom('a', 'b', 'c'),
  StartPTSTime: fc.constantFrom(0, 1, null),
  EndPTSTime: fc.constantFrom(1, 2),
  SteadyState: fc.boolean(),
  UserId: fc.constantFrom('', 'u'),
});

interface Known {
  readonly key: string;
  readonly series: string;
  readonly item: Item;
}

/** Of all reports, the current ones: what the rules say, the long way. The digest decides nothing here but between texts. */
function currentSeries(reports: readonly Item[]): ReadonlySet<string> {
  const known = reports.map((item): Known => {
    const series = JSON.stringify([item['UserId'], item['StartPTSTime'] ?? 0]);
    return { key: JSON.stringify([series, item['Text']]), series, item };
  });
  const isSteady = (key: string): boolean => known.some((one) => one.key === key && one.item['SteadyState'] === true);
  const current = new Set<string>();
  for (const { key, series } of known) {
    const hasSteady = known.some((one) => one.series === series && isSteady(one.key));
    if (hasSteady) {
      if (isSteady(key)) current.add(`steady ${key}`);
    } else current.add(`one of ${series}`);
  }
  return current;
}

it('of each series and start either the steady items are current or one that is not', async () => {
  let n = 0;
  await checkAsyncProperty(
    fc.asyncProperty(fc.array(fc.array(anyItem, { maxLength: 4 }), { maxLength: 4 }), async (reports) => {
      n += 1;
      const taskId = `any-${n}`;
      await log.hear({ taskId, facts: [{ type: 'task.started', data: { kind: 'live' } }] });
      for (const items of reports) await report(taskId, subtitles(...items.map(withoutNull)));
      const shown = (await pages(taskId, 'limit=3')).flat();
      const named = shown.map(({ item, steady, text, start_offset }) => {
        const series = JSON.stringify([item['UserId'] ?? '', start_offset ?? 0]);
        return steady ? `steady ${JSON.stringify([series, text])}` : `one of ${series}`;
      });
      expect(new Set(named)).toEqual(currentSeries(reports.flat()));
      expect(named).toHaveLength(new Set(named).size);
    }),
    40,
  );
});

function withoutNull(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}
