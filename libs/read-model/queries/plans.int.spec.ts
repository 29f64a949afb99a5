import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import {
  filtersAloneAndInPairs,
  NOTIFICATION_FILTER_VALUES,
  plantLists,
  TASK_FILTER_VALUES,
  testDatabase,
} from '@mps-ledger/testing';
import type { FilterValues, TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { chooseKeys, ERROR_CODE_LIST, NOTIFICATION_LIST, TASK_LIST, UPDATED_LIST } from '../filter-keys';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn, type ReadModel } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { countTasks } from './count-tasks';
import { listNotifications } from './list-notifications';
import { listTasks } from './list-tasks';
import { searchOf } from './task-filter';
import type { TaskOrder } from './task-filter';
import { faultsOf, genericPlanOf, indexesOf, normalised, planOf, rowsRead } from './testing/query-plan';

jest.setTimeout(120_000);

/**
 * The plans of lists, one file for each index that a filter leads to. They are compared, never rewritten by a run of the
 * specs: `WRITE_PLANS=1` writes them again.
 */
const PLANS = join(__dirname, 'plans');
const WRITE = process.env['WRITE_PLANS'] === '1';

/** Enough that reading an index is cheaper than reading the table; what is chosen then does not depend on the numbers. */
const PLANTED = { tasks: 20_000, notifications: 20_000 };
const PAGE = { limit: 50, maxBytes: 4 * 1024 * 1024 };
/** So many filter keys may begin alike, were all values of the classes of planted rows there. */
const PLANTED_CLASSES = 80;

type Filter = Readonly<Record<string, string>>;

interface List {
  readonly name: string;
  readonly values: FilterValues;
  read(model: ReadModel, filter: Filter): Promise<{ readonly items: readonly unknown[] }>;
  /** The index that a filter is to lead to; null where which one depends on the rows. */
  planName(filter: Filter): string | null;
}

const LISTS: readonly List[] = [
  {
    name: 'tasks',
    values: TASK_FILTER_VALUES,
    read: (model, { order, ...filter }) =>
      listTasks(model, 'all', severally(filter), null, PAGE, order as TaskOrder | undefined),
    planName(filter) {
      const { sources, residual, range } = searchFor(filter);
      const [{ list, filter: by } = { list: TASK_LIST, filter: new Map<string, string[]>() }] = sources;
      const index = chooseKeys(list, by)?.index.name ?? 'task_by_first_received';
      return residual === null || range[0] === range[1] ? index : null;
    },
  },
  {
    name: 'notifications',
    values: NOTIFICATION_FILTER_VALUES,
    read: (model, filter) => listNotifications(model, 'all', severally(filter), null, PAGE),
    planName({ received_after: _after, received_before: _before, ...columns }) {
      const by = new Map(Object.entries(columns).map(([name, value]) => [name, [value]]));
      return chooseKeys(NOTIFICATION_LIST, by)?.index.name ?? 'notification_by_received';
    },
  },
];

const SINGLE = /^(contradicted|parked|unattributed|.*_after|.*_before)$/;

/** Filters as lists take them. */
function severally(filter: Filter): object {
  return Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, SINGLE.test(name) ? value : [value]]));
}

const searchFor = ({ order, ...filter }: Filter) =>
  searchOf(severally(filter), order === 'updated' ? 'updated' : 'first_received');

let database: TestDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool({ max: 1 });
  await adoptLog(
    readModelIn(projectionSchema, pool),
    { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 4 },
    1,
    [TOPICS.events, TOPICS.rejected],
  );
  await plantLists(pool, PLANTED);
});
afterAll(() => database.close());

/** Everything at once, and all but the times in both orders, beside each alone and in pairs. */
const many = (values: FilterValues): readonly Filter[] => {
  const all = Object.fromEntries(Object.entries(values).map(([name, [, second = '']]) => [name, second]));
  const timeless = Object.fromEntries(Object.entries(all).filter(([name]) => !/_(after|before)$|^order$/.test(name)));
  return [all, timeless, ...(values['order'] ?? []).map((order) => ({ ...timeless, order }))];
};

describe.each(LISTS)('the list of $name', ({ name, values, read, planName }) => {
  const filters = [{}, ...filtersAloneAndInPairs(values), ...many(values)];

  it('has the plan that is written down for the index, by every filter, with every value', async () => {
    for (const filter of filters) {
      const plan = await planOf(pool, (model) => read(model, filter));
      expect({ filter, faults: faultsOf(plan) }).toEqual({ filter, faults: [] });
      const index = planName(filter);
      if (index === null) continue;
      const file = join(PLANS, `${index}.txt`);
      if (WRITE) writeFileSync(file, normalised(plan));
      expect({ filter, plan: normalised(plan) }).toEqual({ filter, plan: readFileSync(file, 'utf8') });
    }
  });

  it('reads no more rows than a page of each class, whatever is common, rare, absent or never together', async () => {
    for (const filter of filters) {
      const plan = await planOf(pool, (model) => read(model, filter), 'ANALYZE, TIMING OFF');
      if (planName(filter) !== null) expect(rowsRead(plan)).toBeLessThanOrEqual(PLANTED_CLASSES * (PAGE.limit + 2));
    }
  });

  it('has a plan by the same indexes where it is made once for all values', async () => {
    let named = 0;
    for (const filter of filters) {
      const plan = await genericPlanOf(pool, (model) => read(model, filter));
      if (plan === null) continue;
      named += 1;
      expect({ filter, faults: faultsOf(plan) }).toEqual({ filter, faults: [] });
      const given = await planOf(pool, (model) => read(model, filter));
      expect({ filter, indexes: indexesOf(plan) }).toEqual({ filter, indexes: indexesOf(given) });
    }
    expect(named > 0).toBe(name === 'tasks');
  });

  it('has the same plan before statistics were gathered, and with wrong ones', async () => {
    await pool.query(
      `UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relname IN ('task', 'task_error_code', 'task_updated', 'notification')`,
    );
    await pool.query(
      `DELETE FROM pg_statistic WHERE starelid::regclass::text ~ '^tasks_v1.(task|task_error_code|task_updated|notification)$'`,
    );
    try {
      for (const filter of filters)
        expect({ filter, faults: faultsOf(await planOf(pool, (model) => read(model, filter))) }).toEqual({
          filter,
          faults: [],
        });
    } finally {
      await pool.query(
        'VACUUM ANALYZE tasks_v1.task, tasks_v1.task_error_code, tasks_v1.task_updated, tasks_v1.notification',
      );
    }
  });
});

describe('a count by both times', () => {
  const at = async (place: number): Promise<string> => {
    const { rows } = await pool.query<{ at: Date }>(
      'SELECT first_received AS at FROM tasks_v1.task ORDER BY first_received OFFSET $1 LIMIT 1',
      [place],
    );
    return rows[0]?.at.toISOString() ?? '';
  };

  it.each([
    [
      'received early, not updated late',
      (early: string, late: string) => ({ received_before: early, updated_before: late }),
    ],
    [
      'received late, updated after early',
      (early: string, late: string) => ({ received_after: late, updated_after: early }),
    ],
  ])('reads few tasks besides those that it counts: %s', async (_, filterOf) => {
    const filter = filterOf(await at(200), await at(PLANTED.tasks - 200));
    let matches = 0;
    const plan = await planOf(
      pool,
      async (model) => {
        const { counts, sampled } = await countTasks(model, 'all', filter);
        expect(sampled).toBeNull();
        matches = counts.reduce((sum, { count }) => sum + count, 0);
      },
      'ANALYZE, TIMING OFF',
    );
    expect(matches).toBeGreaterThan(0);
    expect(rowsRead(plan)).toBeLessThan(matches + 2_000);
  });
});

describe('the plans written down', () => {
  it('are those of all indexes of the lists, and no others', () => {
    const names = [TASK_LIST, ERROR_CODE_LIST, UPDATED_LIST, NOTIFICATION_LIST].flatMap(({ indexes }) =>
      indexes.map(({ name }) => name),
    );
    const files = [...names, 'task_by_first_received', 'notification_by_received'].map((name) => `${name}.txt`);
    expect(readdirSync(PLANS).sort()).toEqual(files.sort());
    expect(existsSync(PLANS)).toBe(true);
  });

  it.each([
    ['a table looked through', `SELECT * FROM tasks_v1.task WHERE parked = 7 LIMIT 51`, /^Seq Scan on task/],
    ['a sort of all that match', `SELECT * FROM tasks_v1.task ORDER BY updated LIMIT 51`, /Sort of rows that no limit/],
    [
      'an index walked without a limit',
      `SELECT * FROM tasks_v1.task WHERE task_key > '\\x00'`,
      /without a limit|Scan on task/,
    ],
    [
      'a bitmap of all that match',
      `SELECT * FROM tasks_v1.task WHERE first_received > '2026-11-01' ORDER BY version LIMIT 51`,
      /Bitmap Heap Scan on task/,
    ],
  ])('would not be those with %s', async (_, statement, fault) => {
    if (fault.source.startsWith('Bitmap')) await pool.query('SET enable_seqscan = off; SET enable_indexscan = off');
    const plan = await planOf(pool, ({ db }) => db.query(statement));
    await pool.query('RESET enable_seqscan; RESET enable_indexscan');
    expect(faultsOf(plan).join('; ')).toMatch(fault);
  });
});
