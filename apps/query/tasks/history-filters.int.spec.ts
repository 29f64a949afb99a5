import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { ANNOTATIONS, TRUSTS } from '@mps-ledger/tasks';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

interface Item {
  readonly position: string;
  readonly annotations: readonly string[];
  readonly event: { readonly type: string; readonly trust: string };
}

let database: TestDatabase;
let pool: Pool;
let log: PlantedLog;
let query: ServedQuery;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  log = new PlantedLog(pool);
  await log.adopt();
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };

/** All pages; the cursor carries the filter. */
async function walk(taskId: string, filter: string, limit: number): Promise<Item[][]> {
  const pages: Item[][] = [];
  for (let next: string | null = filter; next !== null;) {
    const { status, body } = await query.get(`/v1/tasks/${encodeURIComponent(taskId)}/history?limit=${limit}&${next}`);
    expect([next, status]).toEqual([next, 200]);
    pages.push(body.items as Item[]);
    next = body.next_cursor === null ? null : `cursor=${body.next_cursor as string}`;
  }
  return pages;
}

const shown = (items: readonly Item[]) => items.map(({ event, annotations }) => [event.type, annotations]);

describe('the history of a task by a filter', () => {
  it('has the records of the types, the trust and the annotations that are asked for, in the order of the log', async () => {
    await log.hear({ taskId: 'told', facts: [STARTED], trust: 'queue' });
    await log.hear({ taskId: 'told', facts: [FINISHED] });
    await log.hear({ taskId: 'told', facts: [STARTED, { ...FINISHED, parked: 'because' }] });
    const found = async (filter: string) => shown((await walk('told', filter, 50)).flat());
    expect(await found('type=mps.task.started&type=mps.task.finished')).toEqual([
      ['mps.task.started', []],
      ['mps.task.finished', []],
      ['mps.task.started', ['duplicate', 'late', 'reopened']],
      ['mps.task.finished', ['duplicate', 'parked']],
    ]);
    expect(await found('trust=queue')).toEqual([
      ['mps.task.started', []],
      ['mps.notification.received', []],
    ]);
    expect(await found('annotation=parked')).toEqual([['mps.task.finished', ['duplicate', 'parked']]]);
    expect(await found('annotation=late&annotation=parked')).toHaveLength(2);
    expect(await found('annotation=duplicate&type=mps.task.started')).toHaveLength(1);
    expect(await found('annotation=late&trust=queue')).toEqual([]);
    expect(await found('type=mps.live.ended')).toEqual([]);
  });

  it.each([
    ['type=task.finished', 'query.type', 'Did you mean mps.task.finished?'],
    ['type=mps.task.finishd', 'query.type', 'Did you mean mps.task.finished?'],
    ['trust=queu', 'query.trust', 'Did you mean queue?'],
    ['annotation=lates', 'query.annotation', 'one of duplicate, late, reopened, parked. Did you mean late?'],
    ['annotation=contradicted', 'query.annotation', '/v1/tasks/{id}/why'],
    ['anotation=late', 'query.anotation', 'Did you mean annotation?'],
  ])('%s is refused, with what is right', async (filter, where, detail) => {
    const { status, body } = await query.get(`/v1/tasks/told/history?${filter}`);
    expect([status, body.code, body.errors.length]).toEqual([400, 'bad-parameter', 1]);
    expect(body.errors[0]).toEqual({ where, detail: expect.stringContaining(detail) as string });
  });

  it('is 404 of an unknown task, and a cursor does not go with another filter', async () => {
    expect((await query.get('/v1/tasks/nobody/history?annotation=late')).body.code).toBe('task-not-found');
    const { body } = await query.get('/v1/tasks/told/history?limit=1&type=mps.task.started');
    const other = await query.get(`/v1/tasks/told/history?type=mps.task.finished&cursor=${body.next_cursor as string}`);
    expect([other.status, other.body.errors[0].where]).toEqual([400, 'query.type']);
  });

  it('ends a page early where records are large, and has all of them', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (const message of ['a', 'b', 'c'])
      await log.hear({
        taskId: 'large',
        facts: [{ ...FINISHED, data: { ...FINISHED.data, message: message + large } }],
      });
    const pages = await walk('large', 'type=mps.task.finished', 50);
    expect(pages.map((items) => items.length)).toEqual([1, 1, 1]);
  });
});

const TYPES = ['task.started', 'task.finished', 'media.probed', 'task.queued'] as const;
const fact = fc.record({ type: fc.constantFrom(...TYPES), n: fc.nat(1), isParked: fc.nat(4).map((n) => n === 0) });
const notification = fc.record({ trust: fc.constantFrom(...TRUSTS), facts: fc.array(fact, { maxLength: 3 }) });
const some = <Word extends string>(words: readonly Word[]) =>
  fc.oneof(fc.constant<Word[]>([]), fc.subarray([...words], { maxLength: 3 }));
const filters = fc.record({
  type: some(TYPES).map((types) => types.map((type) => `mps.${type}`)),
  trust: some(TRUSTS),
  annotation: some(ANNOTATIONS),
});

it('walking pages of any size by any filter meets each record that matches once, in the order of the log, also while records are added', async () => {
  let runs = 0;
  let met = 0;
  await checkAsyncProperty(
    fc.asyncProperty(
      fc.array(notification, { maxLength: 6 }),
      fc.array(notification, { maxLength: 3 }),
      filters,
      fc.integer({ min: 1, max: 3 }),
      async (before, during, filter, limit) => {
        runs += 1;
        const taskId = `walked ${runs}`;
        const hear = ({ trust, facts }: (typeof before)[number]) =>
          log.hear({
            ...{ taskId, trust },
            facts: facts.map(({ type, n, isParked }) => ({
              type,
              data: type === 'media.probed' ? { metadata: { Width: n } } : { kind: 'workflow', message: `${n}` },
              ...(isParked && { parked: 'because' }),
            })),
          });
        await hear({ trust: 'file', facts: [{ type: 'task.queued', n: 0, isParked: false }] });
        for (const one of before) await hear(one);
        const search = Object.entries(filter).flatMap(([name, values]) => values.map((value) => `${name}=${value}`));
        const items: Item[] = [];
        let next: string | null = search.join('&');
        while (next !== null) {
          const { body } = await query.get(`/v1/tasks/${encodeURIComponent(taskId)}/history?limit=${limit}&${next}`);
          items.push(...(body.items as Item[]));
          next = body.next_cursor === null ? null : `cursor=${body.next_cursor as string}`;
          const arrived = next === null ? undefined : during.shift();
          if (arrived !== undefined) await hear(arrived);
        }
        const all = (await walk(taskId, '', 200)).flat();
        const isIn = (words: readonly string[], value: string) => words.length === 0 || words.includes(value);
        const expected = all.filter(
          ({ annotations, event }) =>
            isIn(filter.type, event.type) &&
            (filter.trust.length === 0 || (!annotations.includes('parked') && isIn(filter.trust, event.trust))) &&
            (filter.annotation.length === 0 || filter.annotation.some((one) => annotations.includes(one))),
        );
        expect(items).toEqual(expected);
        met += items.length;
      },
    ),
    80,
  );
  expect(met).toBeGreaterThan(30);
});

describe('a history of 40,000 records of which one matches', () => {
  const LENGTH = 40_000;

  beforeAll(async () => {
    await log.hear({ taskId: 'long', facts: [STARTED] });
    await pool.query(
      `INSERT INTO tasks_v1.history (partition, "offset", task_key, event_id, type, causation_id, account, received, logged,
         trust, mapper, raw_offset, data)
       SELECT h.partition, 1000000 + n, h.task_key, 'e' || n, CASE n WHEN $1 THEN 'task.queued' ELSE 'media.probed' END, 'n' || n,
         'default', now(), now(), 'queue', 'mps1', n, '{}'
       FROM (SELECT partition, task_key FROM tasks_v1.history WHERE subject = 'long' LIMIT 1) h, generate_series(1, $1) n`,
      [LENGTH],
    );
  });

  it('each page looks at a bounded number of records, and the walk finds it', async () => {
    for (const filter of ['type=mps.task.queued', 'annotation=late']) {
      const pages = await walk('long', filter, 50);
      expect([filter, pages.length]).toEqual([filter, Math.floor((LENGTH + 2) / 5_000) + 1]);
      expect(shown(pages.flat())).toEqual([['mps.task.queued', ['late']]]);
    }
  });

  it('a filter that many match has full pages', async () => {
    const { body } = await query.get('/v1/tasks/long/history?type=mps.media.probed&limit=200');
    expect(body.items).toHaveLength(200);
  });
});
