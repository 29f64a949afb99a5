import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { OUTCOMES, TASK_KINDS, TASK_STATUSES } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { GOOD_END, NOTIFICATION_LIST, TASK_LIST } from '../filter-keys';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn, type ReadModel } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { listNotifications } from './list-notifications';
import type { NotificationPlace } from './list-notifications';
import { listTasks } from './list-tasks';
import type { TaskPlace } from './list-tasks';

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

function madeTasks(count: number): readonly Row[] {
  const random = numbers(1);
  return Array.from({ length: count }, (_, n) => ({
    task_id: `t-${n}`,
    ...Object.fromEntries(
      Object.entries(VALUES).map(([name, values]) => [name, values[random(values.length)] ?? null]),
    ),
    // Several at one time.
    first_received: new Date(Date.UTC(2026, 10, 1) + random(count / 4) * 1000).toISOString(),
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

/** Every set of the members of a filter. */
function subsets<Name extends string>(names: readonly Name[]): readonly (readonly Name[])[] {
  return names.reduce<Name[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
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
      ...{ contradicted: 'false', revised: 'false', parked: '0', version: '1', partition: '0' },
      ...{ first_received: 'first_received::timestamptz', updated: 'now()' },
    }),
  );
  beforeAll(() =>
    plant('task_error_code', ofCodes, {
      ...{ task_key: `decode(task_key, 'hex')`, error_code: 'error_code', account: 'account', kind: 'kind' },
      ...{ status: 'status', outcome: 'outcome', session_id: 'session_id' },
      first_received: 'first_received::timestamptz',
    }),
  );

  async function walk(filter: Readonly<Record<string, string>>, limit: number): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: TaskPlace | null = null; ;) {
      const { items, next } = await listTasks(model, 'all', filter, after, { limit, maxBytes: 1_000_000 });
      found.push(...items.map((item) => item.task_id));
      if (next === null) return found;
      after = next;
    }
  }

  const wanted = (filter: Readonly<Record<string, string>>): readonly (string | null | undefined)[] => {
    const { received_after = '', received_before = '9', ...columns } = filter;
    const has = (task: Row, name: string, value: string): boolean =>
      name === 'error_code' && value !== GOOD_END ? codes.get(task)?.has(value) === true : task[name] === value;
    const isWanted = (task: Row): boolean =>
      Object.entries(columns).every(([name, value]) => has(task, name, value)) &&
      (task['first_received'] ?? '') >= received_after &&
      (task['first_received'] ?? '') < received_before;
    return tasks
      .filter(isWanted)
      .sort(newestFirst(['first_received', 'task_key']))
      .map((task) => task['task_id']);
  };

  it.each(subsets(Object.keys(VALUES)).map((names) => [names.join(', ') || 'nothing', names] as const))(
    'has the tasks that match, in order and whole, by %s',
    async (_, names) => {
      const random = numbers(names.length);
      // Values of tasks that are there, also codes of their subtasks, and values that may never be together.
      const some = [0, 1, 2].map(() => [...tasks, ...ofCodes][random(tasks.length + ofCodes.length)] ?? {});
      const mixed = Object.fromEntries(names.map((name) => [name, tasks[random(tasks.length)]?.[name] ?? null]));
      for (const from of [...some, mixed, { ...mixed, account: 'nobody' }]) {
        const filter = Object.fromEntries(
          names.flatMap((name) => {
            const value = from[name] ?? null;
            return value === null || value.length > 200 ? [] : [[name, value]];
          }),
        );
        const times = {
          received_after: new Date(Date.UTC(2026, 10, 1) + 20_000).toISOString(),
          received_before: new Date(Date.UTC(2026, 10, 1) + 55_000).toISOString(),
        };
        for (const whole of [filter, { ...filter, ...times }, { ...filter, received_after: times.received_before }])
          expect({ whole, found: await walk(whole, 20 + random(60)) }).toEqual({ whole, found: wanted(whole) });
      }
    },
  );
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
      ...{ session_id: 'session_id', transport: `'callback'`, received: 'received::timestamptz' },
    }),
  );

  async function walk(filter: Readonly<Record<string, string>>, limit: number): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: NotificationPlace | null = null; ;) {
      const { items, next } = await listNotifications(model, 'all', filter, after, { limit, maxBytes: 1_000_000 });
      found.push(...items.map((item) => String(item.offset)));
      if (next === null) return found;
      after = next;
    }
  }

  it.each(
    subsets(['state', 'kind', 'account', 'session_id']).map((names) => [names.join(', ') || 'nothing', names] as const),
  )('has those that match, in order and whole, also where one is there twice, by %s', async (_, names) => {
    for (const from of notifications.slice(0, 5)) {
      const filter = Object.fromEntries(
        names.flatMap((name) => (from[name] === null || from[name] === undefined ? [] : [[name, from[name]]])),
      );
      const wanted = notifications
        .filter((one) => Object.entries(filter).every(([name, value]) => one[name] === value))
        .sort(newestFirst(['received', 'notification_id', 'topic', 'partition', 'offset']))
        .map((one) => one['offset']);
      for (const limit of [2, 17])
        expect({ filter, limit, found: await walk(filter, limit) }).toEqual({ filter, limit, found: wanted });
    }
  });
});

describe('the class of a row', () => {
  it.each([
    ['statuses', TASK_STATUSES, TASK_LIST.classOf['status']],
    ['outcomes', OUTCOMES, TASK_LIST.classOf['outcome']],
    ['kinds of tasks', TASK_KINDS, TASK_LIST.classOf['kind']],
    ['kinds of notifications', TASK_KINDS, NOTIFICATION_LIST.classOf['kind']],
    ['states', ['derived', 'rejected'], NOTIFICATION_LIST.classOf['state']],
  ])('distinguishes all %s, in characters below ~', (_, words, part) => {
    const characters = words.map((word) => word.slice(0, part?.characters));
    expect(new Set(characters).size).toBe(words.length);
    for (const some of [...characters, GOOD_END]) expect(some).toMatch(/^[a-z0-9-]+$/);
  });
});
