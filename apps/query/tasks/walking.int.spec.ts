import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedNotification } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(120_000);

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

const notification = fc.record({
  task: fc.nat(9),
  status: fc.constantFrom('started', 'good', 'bad'),
  at: fc.nat(9),
  account: fc.constantFrom('default', 'other'),
});

type Given = typeof notification extends fc.Arbitrary<infer One> ? One : never;

/** `clock`: the time of the log, which never goes back, where that is the order; else notifications come in any order of their times. */
function planted(run: number, { task, status, at, account }: Given, clock?: number): PlantedNotification {
  const error_code = status === 'bad' ? 30010 : 0;
  const facts = [
    status === 'started'
      ? ({ type: 'task.started', data: { kind: 'workflow' } } as const)
      : ({ type: 'task.finished', data: { kind: 'workflow', error_code } } as const),
  ];
  return {
    taskId: `${run}-${task}`,
    account,
    facts,
    received: new Date(Date.UTC(2026, 10, 1) + (clock ?? at) * 1000).toISOString(),
  };
}

const filter = fc.constantFrom(
  '',
  'account=default',
  'status=finished',
  'status=finished&status=processing&account=other',
  'error_code=30010',
  'error_code=0&error_code=30010',
  'outcome=failed&account=default',
  'received_after=2026-11-01T00:00:03Z',
  'updated_before=2026-11-01T00:00:06Z',
  'contradicted=false&parked=false',
);

interface Item {
  readonly account: string;
  readonly task_id: string;
  readonly version: number;
}

const nameOf = ({ account, task_id }: Item): string => `${account} ${task_id}`;

async function pageOf(search: string): Promise<{ readonly items: readonly Item[]; readonly next: string | null }> {
  const { status, body } = await query.get(`/v1/tasks?${search}`);
  expect([search, status]).toEqual([search, 200]);
  return { items: body.items as Item[], next: body.next_cursor as string | null };
}

/** Everything that matches, on one page. */
const allOf = async (search: string): Promise<readonly Item[]> => (await pageOf(`${search}&limit=200`)).items;

let runs = 0;
let arrivals = 0;

describe('who walks the pages of a list while notifications are applied', () => {
  it.each(['first_received', 'updated'])(
    'meets no task twice, and misses none that matched all the time and, in the order by updated, did not change: by %s',
    async (order) => {
      await checkAsyncProperty(
        fc.asyncProperty(
          fc.array(notification, { minLength: 5, maxLength: 25 }),
          fc.array(fc.array(notification, { maxLength: 3 }), { minLength: 1, maxLength: 6 }),
          filter,
          fc.integer({ min: 1, max: 4 }),
          async (before, during, by, limit) => {
            await pool.query(
              'TRUNCATE tasks_v1.task, tasks_v1.task_error_code, tasks_v1.task_updated, tasks_v1.task_state, tasks_v1.subtask',
            );
            runs += 1;
            let clock = 0;
            const hear = (one: Given) =>
              log.hear(planted(runs, one, order === 'updated' ? (clock += one.at >> 2) : undefined));
            for (const one of before) await hear(one);
            const search = `${by}&order=${order}`;
            let steady = new Map((await allOf(search)).map((item) => [nameOf(item), item.version]));
            const met: string[] = [];
            let cursor: string | null = null;
            for (let page = 0; page === 0 || cursor !== null; page += 1) {
              const found = await pageOf(
                cursor === null ? `${search}&limit=${limit}` : `cursor=${cursor}&limit=${limit}`,
              );
              met.push(...found.items.map(nameOf));
              cursor = found.next;
              for (const one of during[page] ?? []) {
                await hear(one);
                arrivals += 1;
                const now = new Map((await allOf(search)).map((item) => [nameOf(item), item.version]));
                const stays = (name: string, version: number): boolean =>
                  order === 'updated' ? now.get(name) === version : now.has(name);
                steady = new Map([...steady].filter(([name, version]) => stays(name, version)));
              }
            }
            expect(new Set(met).size).toBe(met.length);
            expect([...steady.keys()].filter((name) => !met.includes(name))).toEqual([]);
          },
        ),
        25,
      );
      expect(arrivals).toBeGreaterThan(25);
    },
  );
});
