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
import { chooseKeys, ERROR_CODE_LIST, NOTIFICATION_LIST, TASK_LIST, taskListBy } from '../filter-keys';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn, type ReadModel } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { listNotifications } from './list-notifications';
import { listTasks } from './list-tasks';
import { faultsOf, normalised, planOf, rowsRead } from './testing/query-plan';

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
/** Of a task: 4 statuses, 4 outcomes or none, 7 kinds, an error code of 0 or not. So many keys may begin alike, were all of them there. */
const PLANTED_CLASSES = 40;

type Filter = Readonly<Record<string, string>>;

interface List {
  readonly name: string;
  readonly values: FilterValues;
  read(model: ReadModel, filter: Filter): Promise<{ readonly items: readonly unknown[] }>;
  /** The index that a filter is to lead to. */
  indexFor(filter: Filter): string;
}

const LISTS: readonly List[] = [
  {
    name: 'tasks',
    values: TASK_FILTER_VALUES,
    read: (model, filter) => listTasks(model, 'all', filter, null, PAGE),
    indexFor({ received_after: _after, received_before: _before, ...columns }) {
      const by = new Map(Object.entries(columns));
      return chooseKeys(taskListBy(by), by)?.index.name ?? 'task_by_first_received';
    },
  },
  {
    name: 'notifications',
    values: NOTIFICATION_FILTER_VALUES,
    read: (model, filter) => listNotifications(model, 'all', filter, null, PAGE),
    indexFor: (columns) =>
      chooseKeys(NOTIFICATION_LIST, new Map(Object.entries(columns)))?.index.name ?? 'notification_by_received',
  },
];

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

/** Everything at once, beside each alone and in pairs. */
const allAtOnce = (values: FilterValues): Filter =>
  Object.fromEntries(Object.entries(values).map(([name, [, second = '']]) => [name, second]));

describe.each(LISTS)('the list of $name', ({ values, read, indexFor }) => {
  const filters = [{}, ...filtersAloneAndInPairs(values), allAtOnce(values)];

  it('has the plan that is written down for the index, by every filter, with every value', async () => {
    for (const filter of filters) {
      const plan = await planOf(pool, (model) => read(model, filter));
      const file = join(PLANS, `${indexFor(filter)}.txt`);
      if (WRITE) writeFileSync(file, normalised(plan));
      expect({ filter, plan: normalised(plan) }).toEqual({ filter, plan: readFileSync(file, 'utf8') });
      expect({ filter, faults: faultsOf(plan) }).toEqual({ filter, faults: [] });
    }
  });

  it('reads no more rows than a page of each class, whatever is common, rare, absent or never together', async () => {
    for (const filter of filters) {
      const plan = await planOf(pool, (model) => read(model, filter), 'ANALYZE, TIMING OFF');
      expect(rowsRead(plan)).toBeLessThanOrEqual(PLANTED_CLASSES * (PAGE.limit + 2));
    }
  });

  it('has the same plan before statistics were gathered, and with wrong ones', async () => {
    await pool.query(
      `UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relname IN ('task', 'task_error_code', 'notification')`,
    );
    await pool.query(
      `DELETE FROM pg_statistic WHERE starelid::regclass::text ~ '^tasks_v1.(task|task_error_code|notification)$'`,
    );
    try {
      for (const filter of filters)
        expect({ filter, faults: faultsOf(await planOf(pool, (model) => read(model, filter))) }).toEqual({
          filter,
          faults: [],
        });
    } finally {
      await pool.query('VACUUM ANALYZE tasks_v1.task, tasks_v1.task_error_code, tasks_v1.notification');
    }
  });
});

describe('the plans written down', () => {
  it('are those of all indexes of the lists, and no others', () => {
    const names = [...TASK_LIST.indexes, ...ERROR_CODE_LIST.indexes, ...NOTIFICATION_LIST.indexes].map(
      ({ name }) => name,
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
