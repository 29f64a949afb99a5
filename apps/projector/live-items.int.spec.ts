import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { projectionSchema as schema } from '@mps-ledger/read-model';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PartitionLog, taskIdIn } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await testDatabase({ template: PROJECTION_TEMPLATE });
  pool = database.pool();
});
afterAll(() => database.close());
beforeEach(() => emptyProjection(pool));

const TaskId = taskIdIn(1, 'stream');

type Item = Readonly<Record<string, unknown>>;

const subtitles = (...items: readonly Item[]): object => ({
  NotificationType: 'AiSmartSubtitleResult',
  TaskId,
  AiSmartSubtitleResultInfo: { SmartSubtitleResult: items },
});
const said = (Text: string, StartPTSTime: number, more: Item = {}): Item => ({ Text, StartPTSTime, ...more });
const eof = { NotificationType: 'ProcessEof', TaskId, ProcessEofInfo: { ErrCode: 0, Message: '' } };

interface StoredItem {
  readonly kind: string;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly steady: boolean;
  readonly item: string;
}

async function items(): Promise<readonly StoredItem[]> {
  const sql = `SELECT kind, start_offset, end_offset, steady, item FROM ${schema}.live_item ORDER BY start_offset, item`;
  return (await pool.query<StoredItem>(sql)).rows;
}

/** Which transactions wrote the rows last, by item. */
async function writers(): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await pool.query<{ xmin: string; item: string }>(`SELECT xmin::text, item FROM ${schema}.live_item`);
  return new Map(rows.map(({ xmin, item }) => [item, xmin]));
}

async function stateLength(): Promise<number> {
  const { rows } = await pool.query<{ length: number }>(`SELECT length(state) FROM ${schema}.task_state`);
  return rows[0]?.length ?? 0;
}

async function project(bodies: readonly object[], cuts?: (from: number, end: number) => number): Promise<void> {
  const log = new PartitionLog(1);
  for (const body of bodies) log.notify({ body });
  await handProjector({ pool }).catchUp(log, cuts);
}

describe('the items of a live stream', () => {
  let log: PartitionLog;
  const notify = async (body: object): Promise<void> => {
    log.notify({ body });
    await handProjector({ pool }).catchUp(log);
  };
  beforeEach(() => {
    log = new PartitionLog(1);
  });

  it('are rows of their own, also those after the end', async () => {
    await notify(subtitles(said('a', 1, { EndPTSTime: 2 })));
    await notify(eof);
    await notify(subtitles(said('b', 3)));
    expect(await items()).toMatchObject([
      { kind: 'AiSmartSubtitle', start_offset: 1, end_offset: 2, steady: true },
      { kind: 'AiSmartSubtitle', start_offset: 3, end_offset: 0, steady: true },
    ]);
  });

  it('become steady, and stay so, and keep their latest end', async () => {
    await notify(subtitles(said('a', 1, { EndPTSTime: 2, SteadyState: false })));
    await notify(subtitles(said('a', 1, { EndPTSTime: 3, SteadyState: false })));
    expect(await items()).toMatchObject([{ end_offset: 3, steady: false }]);
    await notify(subtitles(said('a', 1, { EndPTSTime: 2.5, SteadyState: true })));
    await notify(subtitles(said('a', 1, { EndPTSTime: 9, SteadyState: false })));
    expect(await items()).toMatchObject([{ end_offset: 2.5, steady: true }]);
  });

  it('are written only where a report changes them, and do not make the state grow', async () => {
    await notify(subtitles(...Array.from({ length: 50 }, (_, n) => said(`t${n}`, n))));
    const before = { writers: await writers(), length: await stateLength() };
    await notify(subtitles(said('t7', 7), said('t8', 8, { EndPTSTime: 8.5 }), said('new', 60)));
    const after = await writers();
    const changed = [...after].filter(([item, xmin]) => before.writers.get(item) !== xmin).map(([item]) => item);
    expect(changed).toHaveLength(2);
    expect(changed.every((item) => /new|8\.5/.test(item))).toBe(true);
    expect(await stateLength()).toBeLessThan(before.length + 10);
  });

  it('are all written where one notification has a hundred thousand', async () => {
    const many = Array.from({ length: 100_000 }, (_, n) => said(`t${n}`, n));
    await project([subtitles(...many, ...many.slice(0, 10))]);
    const { rows } = await pool.query(`SELECT count(*)::int FROM ${schema}.live_item`);
    expect(rows).toEqual([{ count: 100_000 }]);
    expect(await stateLength()).toBeLessThan(1_000);
  });

  it('are read from any body without parking it', async () => {
    const long = 'x'.repeat(1_000_000);
    const hard = ['\u0000\u001e\u001f', '\ud800', '\ufffe', long];
    await project([
      subtitles(...hard.map((text) => said(text, 1, { UserId: text }))),
      subtitles(said('a', 'NaN' as unknown as number), said('b', -5), said('c', '7.5' as unknown as number)),
      subtitles(null as unknown as Item, [] as unknown as Item, {}),
      { NotificationType: `${long}Result`, TaskId, [`${long}ResultInfo`]: { ResultSet: [{ Type: long, A: 1 }] } },
      { NotificationType: 'AiReviewResult', TaskId, AiReviewResultInfo: { ResultSet: null } },
    ]);
    expect(await items()).toHaveLength(hard.length + 3 + 1);
    expect((await pool.query(`SELECT FROM ${schema}.parked`)).rows).toEqual([]);
  });
});

const anyItem = fc.record(
  {
    Text: fc.constantFrom('a', 'b', '\ud83d', '漢'),
    StartPTSTime: fc.constantFrom<unknown>(0, 1, '1', -1.5, 1e300, 'x'),
    EndPTSTime: fc.constantFrom<unknown>(0, 2, 3),
    SteadyState: fc.boolean(),
    Confidence: fc.constantFrom(50, 90),
    UserId: fc.constantFrom('u', 'v'),
  },
  { requiredKeys: [] },
);
const anyBodies = fc.array(
  fc.oneof(
    fc.array(anyItem, { maxLength: 5 }).map((found) => subtitles(...found)),
    fc.constant(eof),
  ),
  { minLength: 1, maxLength: 8 },
);

describe('the rows of live items', () => {
  it('do not depend on the order of notifications, on repeats or on how they are cut into batches', async () => {
    const disorder = anyBodies.chain((bodies) =>
      fc.tuple(
        fc.constant(bodies),
        fc.shuffledSubarray([...bodies, ...bodies.slice(0, 3)], {
          minLength: bodies.length + Math.min(3, bodies.length),
        }),
        fc.integer({ min: 1, max: 9 }),
      ),
    );
    await checkAsyncProperty(
      fc.asyncProperty(disorder, async ([bodies, shuffled, batch]) => {
        await emptyProjection(pool);
        await project(bodies);
        const { live_item, task_state } = await allRows(pool);
        await emptyProjection(pool);
        await project(shuffled, (from, end) => Math.min(end, from + batch));
        expect(await allRows(pool)).toMatchObject({ live_item, task_state });
      }),
      40,
    );
  });
});
