import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { CONFIRMATIONS, OUTCOMES, TASK_KINDS, TASK_STATUSES, TRUSTS } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { GOOD_END, NOTIFICATION_LIST, TASK_LIST } from '../filter-keys';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn, type ReadModel } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { listNotifications } from './list-notifications';
import type { NotificationFilter, NotificationPlace } from './list-notifications';
import { listTasks } from './list-tasks';
import type { TaskPlace } from './list-tasks';
import { TASK_ORDERS } from './task-filter';
import type { TaskFilter, TaskOrder } from './task-filter';

jest.setTimeout(120_000);

let database: TestDatabase;
let pool: Pool;
let model: ReadModel;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  model = readModelIn(projectionSchema, pool);
  await adoptLog(model, { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 4 }, 1, [
    TOPICS.events,
    TOPICS.rejected,
  ]);
});
afterAll(() => database.close());

type Row = Readonly<Record<string, string | null>>;

/** A few values of each column: some say the beginning of others, some look like patterns. */
const VALUES = {
  account: ['default', 'default-2', 'd'],
  status: TASK_STATUSES,
  outcome: [...OUTCOMES, null],
  kind: TASK_KINDS,
  confirmation: [null, 'confirmed', 'unconfirmed'],
  contradicted: ['false', 'true'],
  parked: ['false', 'true'],
  error_code: [null, '0', '00', '30010', '3001', '%', 'a b', 'x'.repeat(200), 'x'.repeat(201)],
  session_id: [null, 's', 's_', 's%', '0', '任'.repeat(200)],
} as const;

/** The same numbers each time, spread evenly. */
function numbers(seed: number): (below: number) => number {
  let count = 0;
  return (below) =>
    createHash('sha256')
      .update(`${seed} ${(count += 1)}`)
      .digest()
      .readUInt32BE() % below;
}

/** Error codes of a task's subtasks: a few, often none, some the same as its own. */
function madeCodes(random: (below: number) => number): readonly string[] {
  const some = VALUES.error_code.filter((code) => code !== null && code !== GOOD_END && code.length <= 200);
  return Array.from({ length: Math.max(0, random(5) - 2) }, () => some[random(some.length)] ?? '');
}

/** Several at one time. Some tasks are updated days later. */
function madeTimes(random: (below: number) => number, count: number): Row {
  const received = Date.UTC(2026, 10, 1) + random(count / 4) * 1000;
  const late = random(3) === 0 ? random(20) * 86_400_000 : random(30) * 1000;
  return { first_received: new Date(received).toISOString(), updated: new Date(received + late).toISOString() };
}

function madeTasks(count: number): readonly Row[] {
  const random = numbers(1);
  return Array.from({ length: count }, (_, n) => ({
    task_id: `t-${n}`,
    ...Object.fromEntries(
      Object.entries(VALUES).map(([name, values]) => [name, values[random(values.length)] ?? null]),
    ),
    ...madeTimes(random, count),
    task_key: createHash('sha256').update(`t-${n}`).digest('hex'),
  }));
}

async function plant(table: string, rows: readonly Row[], columns: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(columns);
  await pool.query(
    `INSERT INTO tasks_v1.${table} (${names.join(', ')}) SELECT ${Object.values(columns).join(', ')}
     FROM jsonb_to_recordset($1::jsonb) r (${Object.keys(rows[0] ?? {})
       .map((name) => `"${name}" text`)
       .join(', ')})`,
    [JSON.stringify(rows)],
  );
}

/** The rows of the lists by last update, from those of tasks and their codes. */
const UPDATED_ROWS = `INSERT INTO tasks_v1.task_updated (task_key, code, account, kind, status, outcome, error_code, confirmation, contradicted,
    parked, session_id, first_received, updated)
  SELECT task_key, '', account, kind, status, outcome, CASE error_code WHEN '0' THEN '0' END, confirmation, contradicted, parked, session_id,
    first_received, updated FROM tasks_v1.task
  UNION ALL SELECT c.task_key, c.error_code, c.account, c.kind, c.status, c.outcome, NULL, c.confirmation, c.contradicted, c.parked,
    c.session_id, c.first_received, t.updated FROM tasks_v1.task_error_code c JOIN tasks_v1.task t USING (task_key)`;

/** Every set of the members of a filter. */
function subsets<Name extends string>(names: readonly Name[]): readonly (readonly Name[])[] {
  return names.reduce<Name[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
}

/** Those of at most three members, and the largest. */
function fewOf<Name>(sets: readonly (readonly Name[])[]): readonly (readonly Name[])[] {
  const most = Math.max(...sets.map(({ length }) => length));
  return sets.filter(({ length }) => length <= 3 || length === most);
}

const newestFirst =
  (keys: readonly string[]) =>
  (a: Row, b: Row): number => {
    const key = keys.find((name) => a[name] !== b[name]);
    return key === undefined ? 0 : (a[key] ?? '') < (b[key] ?? '') ? 1 : -1;
  };

describe('the list of tasks', () => {
  const tasks = madeTasks(300);
  const random = numbers(2);
  /** By task: its own code and those of its subtasks. */
  const codes = new Map(
    tasks.map((task) => {
      const own = task['error_code'] ?? GOOD_END;
      return [task, new Set([...(own === GOOD_END || own.length > 200 ? [] : [own]), ...madeCodes(random)])];
    }),
  );
  const ofCodes = tasks.flatMap((task): Row[] =>
    [...(codes.get(task) ?? [])].map((error_code) => ({ ...task, error_code })),
  );
  beforeAll(() =>
    plant('task', tasks, {
      ...{
        task_key: `decode(task_key, 'hex')`,
        account: 'account',
        task_id: 'task_id',
        task_id_json: `to_json(task_id)`,
      },
      ...{ kind: 'kind', status: 'status', outcome: 'outcome', error_code: 'error_code', session_id: 'session_id' },
      ...{ confirmation: 'confirmation', contradicted: 'contradicted::boolean', revised: 'false', version: '1' },
      ...{ parked: `CASE parked WHEN 'true' THEN 2 ELSE 0 END`, partition: '0' },
      ...{ first_received: 'first_received::timestamptz', updated: 'updated::timestamptz' },
    }),
  );
  beforeAll(() =>
    plant('task_error_code', ofCodes, {
      ...{ task_key: `decode(task_key, 'hex')`, error_code: 'error_code', account: 'account', kind: 'kind' },
      ...{ status: 'status', outcome: 'outcome', session_id: 'session_id' },
      ...{ confirmation: 'confirmation', contradicted: 'contradicted::boolean' },
      ...{ parked: `CASE parked WHEN 'true' THEN 2 ELSE 0 END`, first_received: 'first_received::timestamptz' },
    }),
  );
  beforeAll(() => pool.query(UPDATED_ROWS));

  async function walk(filter: TaskFilter, limit: number, order: TaskOrder): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: TaskPlace | null = null; ;) {
      const { items, next } = await listTasks(model, 'all', filter, after, { limit, maxBytes: 1_000_000 }, order);
      found.push(...items.map((item) => item.task_id));
      if (next === null) return found;
      after = next;
    }
  }

  const wanted = (filter: TaskFilter, order: TaskOrder): readonly (string | null | undefined)[] => {
    const { received_after = '', received_before = '9', updated_after = '', updated_before = '9', ...columns } = filter;
    const has = (task: Row, name: string, value: string): boolean =>
      name === 'error_code' && value !== GOOD_END ? codes.get(task)?.has(value) === true : task[name] === value;
    const isIn = (time = '', from: string, before: string): boolean => time >= from && time < before;
    const isWanted = (task: Row): boolean =>
      Object.entries(columns).every(([name, values]) => [values].flat().some((value) => has(task, name, value))) &&
      isIn(task['first_received'] ?? '', received_after, received_before) &&
      isIn(task['updated'] ?? '', updated_after, updated_before);
    return tasks
      .filter(isWanted)
      .sort(newestFirst([order, 'task_key']))
      .map((task) => task['task_id']);
  };

  /** Values of one row, or of two: several values of a filter. */
  function filterOf(names: readonly string[], rows: readonly Row[]): TaskFilter {
    return Object.fromEntries(
      names.flatMap((name) => {
        const values = rows.flatMap((row) => row[name] ?? []).filter((value) => value.length <= 200);
        if (values.length === 0) return [];
        return [[name, name === 'contradicted' || name === 'parked' ? values[0] : values]];
      }),
    );
  }

  const second = (seconds: number): string => new Date(Date.UTC(2026, 10, 1) + seconds * 1000).toISOString();
  const TIMES: readonly TaskFilter[] = [
    {},
    { received_after: second(20), received_before: second(55) },
    { received_after: second(55) },
    { updated_after: second(60), updated_before: second(80) },
    { updated_before: second(30) },
    { received_before: second(40), updated_after: second(86_400 * 2) },
    { received_after: second(10), updated_before: second(40) },
    { received_before: second(30), updated_after: second(40), updated_before: second(86_400 * 9) },
  ];

  const sets = fewOf(subsets(Object.keys(VALUES)));
  it.each(sets.map((names) => [names.join(', ') || 'nothing', names] as const))(
    'has the tasks that match, in order and whole, by %s',
    async (_, names) => {
      const random = numbers(names.length);
      // Values of tasks that are there, also codes of their subtasks, and values that may never be together.
      const anyRow = (): Row => [...tasks, ...ofCodes][random(tasks.length + ofCodes.length)] ?? {};
      const mixed = Object.fromEntries(names.map((name) => [name, anyRow()[name] ?? null]));
      for (const rows of [[anyRow()], [anyRow(), anyRow()], [mixed], [{ ...mixed, account: 'nobody' }]]) {
        const times = TIMES[random(TIMES.length)];
        for (const order of TASK_ORDERS)
          for (const filter of [filterOf(names, rows), { ...filterOf(names, rows), ...times }])
            expect({ filter, order, found: await walk(filter, 20 + random(60), order) }).toEqual({
              ...{ filter, order, found: wanted(filter, order) },
            });
      }
    },
  );

  it('has them by each two times, in both orders, page by page', async () => {
    for (const times of TIMES)
      for (const order of TASK_ORDERS)
        for (const filter of [
          times,
          { ...times, account: ['default'] },
          { ...times, error_code: ['30010', '0', '00'] },
        ])
          expect({ filter, order, found: await walk(filter, 7, order) }).toEqual({
            ...{ filter, order, found: wanted(filter, order) },
          });
  });
});

describe('the list of notifications', () => {
  const random = numbers(7);
  const notifications = Array.from({ length: 200 }, (_, n): Row => {
    const state = random(5) === 0 ? 'rejected' : 'derived';
    // Some are on the log twice or more often: at one time and with one id.
    const id = `n-${String(random(80)).padStart(3, '0')}`;
    return {
      ...{ notification_id: id, state, kind: state === 'rejected' ? null : (TASK_KINDS[random(7)] ?? null) },
      account: VALUES.account[random(3)] ?? '',
      source: [null, 'mps', 'mps-2'][random(3)] ?? null,
      trust: TRUSTS[random(TRUSTS.length)] ?? null,
      unattributed: random(3) === 0 ? 'true' : 'false',
      session_id: state === 'rejected' || random(3) === 0 ? null : (VALUES.session_id[1 + random(3)] ?? null),
      topic: state === 'rejected' ? 'b' : 'a',
      partition: String(random(9)),
      offset: String(100 + n),
      received: new Date(Date.UTC(2026, 10, 1) + (Number(id.slice(2)) >> 3) * 1000).toISOString(),
    };
  });
  beforeAll(() =>
    plant('notification', notifications, {
      ...{ topic: 'topic', partition: 'partition::int', '"offset"': '"offset"::bigint' },
      ...{ notification_id: 'notification_id', state: 'state', kind: 'kind', account: 'account' },
      ...{ source: 'source', trust: 'trust', task_key: `CASE unattributed WHEN 'false' THEN '\\x00'::bytea END` },
      ...{ session_id: 'session_id', transport: `'callback'`, received: 'received::timestamptz' },
    }),
  );

  async function walk(filter: NotificationFilter, limit: number): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: NotificationPlace | null = null; ;) {
      const { items, next } = await listNotifications(model, 'all', filter, after, { limit, maxBytes: 1_000_000 });
      found.push(...items.map((item) => String(item.offset)));
      if (next === null) return found;
      after = next;
    }
  }

  const from = new Date(Date.UTC(2026, 10, 1, 0, 0, 2)).toISOString();
  const before = new Date(Date.UTC(2026, 10, 1, 0, 0, 7)).toISOString();

  it.each(
    fewOf(subsets(['state', 'kind', 'account', 'source', 'trust', 'unattributed', 'session_id'])).map(
      (names) => [names.join(', ') || 'nothing', names] as const,
    ),
  )('has those that match, in order and whole, also where one is there twice, by %s', async (_, names) => {
    for (const rows of [notifications.slice(0, 1), notifications.slice(1, 3), notifications.slice(5, 6)]) {
      const filter: NotificationFilter = Object.fromEntries(
        names.flatMap((name) => {
          const values = rows.flatMap((row) => row[name] ?? []);
          return values.length === 0 ? [] : [[name, name === 'unattributed' ? values[0] : values]];
        }),
      );
      for (const whole of [filter, { ...filter, received_after: from, received_before: before }]) {
        const { received_after = '', received_before = '9', ...columns } = whole;
        const wanted = notifications
          .filter((one) =>
            Object.entries(columns).every(([name, values]) => [values].flat().includes(one[name] as never)),
          )
          .filter(({ received = '' }) => (received ?? '') >= received_after && (received ?? '') < received_before)
          .sort(newestFirst(['received', 'notification_id', 'topic', 'partition', 'offset']))
          .map((one) => one['offset']);
        for (const limit of [2, 17])
          expect({ whole, limit, found: await walk(whole, limit) }).toEqual({ whole, limit, found: wanted });
      }
    }
  });
});

describe('the class of a row', () => {
  it.each([
    ['statuses', TASK_STATUSES, TASK_LIST.classOf['status']],
    ['outcomes', OUTCOMES, TASK_LIST.classOf['outcome']],
    ['kinds of tasks', TASK_KINDS, TASK_LIST.classOf['kind']],
    ['confirmations', CONFIRMATIONS, TASK_LIST.classOf['confirmation']],
    ['kinds of notifications', TASK_KINDS, NOTIFICATION_LIST.classOf['kind']],
    ['states', ['derived', 'rejected'], NOTIFICATION_LIST.classOf['state']],
  ])('distinguishes all %s, in characters below ~', (_, words, part) => {
    const characters = words.map((word) => word.slice(0, part?.characters));
    expect(new Set(characters).size).toBe(words.length);
    for (const some of [...characters, GOOD_END]) expect(some).toMatch(/^[a-z0-9-]+$/);
  });
});
