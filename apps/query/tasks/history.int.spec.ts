import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { annotate } from '@mps-ledger/tasks';
import type { TaskEventType, TimelineEntry } from '@mps-ledger/tasks';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { parseItemPosition } from '@mps-ledger/records';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

interface Item {
  readonly position: string;
  readonly logged: string;
  readonly annotations: readonly string[];
  readonly reason?: string;
  readonly event: { readonly type: string; readonly data: unknown };
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

async function pages(taskId: string, limit: number): Promise<Item[][]> {
  const path = `/v1/tasks/${encodeURIComponent(taskId)}/history`;
  const found: Item[][] = [];
  for (let next: string | null = `limit=${limit}`; next !== null;) {
    const { status, body, headers } = await query.get(`${path}?${next}`);
    expect([status, headers.get('ledger-position')?.slice(0, 3)]).toEqual([200, 'p1.']);
    found.push(body.items as Item[]);
    next = body.next_cursor === null ? null : `limit=${limit}&cursor=${body.next_cursor as string}`;
    expect(headers.get('link') !== null).toBe(next !== null);
  }
  return found;
}

describe('the history of a task', () => {
  it('has each record with its place, its log time and its event', async () => {
    const { receipt } = await log.hear({ taskId: 'told', facts: [FINISHED], trust: 'queue' });
    const [items = []] = await pages('told', 50);
    expect(items.map(({ event }) => event.type)).toEqual(['mps.task.finished', 'mps.notification.received']);
    expect(Object.keys(items[0] ?? {})).toEqual(['position', 'logged', 'annotations', 'event']);
    expect(items[0]).toMatchObject({
      ...{ logged: expect.stringMatching(/^2026-11-22T09:00:\d\d\.000Z$/), annotations: [] },
      event: {
        ...{ specversion: '1.0', source: '/mps/default', subject: 'told', trust: 'queue' },
        data: { account: 'default', task_id: 'told', kind: 'workflow', status: 'FINISH' },
      },
    });
    const place = parseItemPosition(items[0]?.position ?? '');
    expect(`r1.${place?.logId ?? ''}.${place?.logGeneration ?? 0}.${place?.partition ?? -1}.`).toBe(
      receipt.replace(/\d+\.[^.]+$/, ''),
    );
  });

  it('shows duplicate, late and reopened, on whichever page they fall', async () => {
    await log.hear({ taskId: 'marked', facts: [STARTED] });
    await log.hear({ taskId: 'marked', facts: [FINISHED] });
    await log.hear({ taskId: 'marked', facts: [STARTED] });
    await log.hear({ taskId: 'marked', facts: [FINISHED] });
    const marks = (items: readonly Item[]) =>
      items.filter(({ event }) => event.type.startsWith('mps.task.')).map(({ annotations }) => annotations);
    const expected = [[], [], ['duplicate', 'late', 'reopened'], ['duplicate']];
    for (const limit of [1, 2, 3, 50])
      expect([limit, marks((await pages('marked', limit)).flat())]).toEqual([limit, expected]);
  });

  it('merges what was parked at its place, with the reason', async () => {
    await log.hear({ taskId: 'parked', facts: [{ ...STARTED, parked: 'data /kind must be string' }, FINISHED] });
    const items = (await pages('parked', 1)).flat();
    expect(items.map(({ event, annotations, reason }) => [event.type, annotations, reason])).toEqual([
      ['mps.task.started', ['parked'], 'data /kind must be string'],
      ['mps.task.finished', [], undefined],
      ['mps.notification.received', [], undefined],
    ]);
    expect(items[0]?.event.data).toMatchObject({ task_id: 'parked' });
  });

  it.each([
    ['as it is', (text: string) => text],
    [
      'in another order, with space and members unknown',
      (text: string) => ` {"later" : [1.0,1e400,"\\ud800\\u0000"], ${text.slice(1)}\n`,
    ],
    [
      'with another type of number',
      (text: string) => text.replace('"kind"', '"input":{"b":1.50,"10":0,"9":-0},"kind"'),
    ],
  ])('has each event byte for byte as the log has it, spelled %s', async (how, spell) => {
    const taskId = `spelled "${how}"`;
    await log.hear({ taskId, facts: [STARTED, FINISHED], spell });
    const { text } = await query.get(`/v1/tasks/${encodeURIComponent(taskId)}/history`);
    const written = log.valuesOf.get(taskId) ?? [];
    expect(written).toHaveLength(3);
    let at = 0;
    for (const value of written) {
      at = text.indexOf(`"event":${value}}`, at);
      expect(at).toBeGreaterThan(0);
    }
    expect((JSON.parse(text) as { items: Item[] }).items.map(({ event }) => event.type)).toHaveLength(3);
  });

  it.each([
    ['no JSON', Buffer.from('{"a":'), '{"a":'],
    ['no text', Buffer.from([0xff, 0x00]), '\ufffd\u0000'],
    ['nothing', null, null],
    [
      'JSON with names that JavaScript would lose',
      Buffer.from('{"b":1.0, "2":0,"1":1e400}'),
      { b: 1, 2: 0, 1: Infinity },
    ],
    [
      'nested beyond measure',
      Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)),
      '['.repeat(100_000) + ']'.repeat(100_000),
    ],
  ])('shows a parked record whose value is %s', async (name, value, event) => {
    const taskId = `unreadable ${name}`;
    await log.hear({ taskId, facts: [{ ...STARTED, parked: 'unreadable' }] });
    await pool.query(
      `UPDATE tasks_v1.parked SET value = $1, headers = '[1', event_id = null, type = null, causation_id = null, received = null
       WHERE reason = 'unreadable'`,
      [value],
    );
    const [item] = (await pages(taskId, 50)).flat();
    expect(item).toMatchObject({ annotations: ['parked'], event });
    await pool.query(`UPDATE tasks_v1.parked SET reason = 'seen' WHERE reason = 'unreadable'`);
  });

  it('does not show what is on the log once more for the same notification', async () => {
    const first = await log.hear({ taskId: 'redelivered', facts: [STARTED] });
    await log.hear({ taskId: 'redelivered', facts: [STARTED], again: first });
    await log.hear({ taskId: 'redelivered', facts: [FINISHED] });
    const all = await pages('redelivered', 2);
    expect(all.map((items) => items.length)).toEqual([2, 0, 2]);
    expect(all.flat().map(({ annotations }) => annotations)).toEqual([[], [], [], []]);
  });

  it('of an unknown task is 404, and a cursor of another task 400', async () => {
    expect((await query.get('/v1/tasks/nobody/history')).body.code).toBe('task-not-found');
    await log.hear({ taskId: 'cursor a', facts: [STARTED] });
    await log.hear({ taskId: 'cursor b', facts: [STARTED] });
    const { body } = await query.get('/v1/tasks/cursor%20a/history?limit=1');
    const { status, body: problem } = await query.get(
      `/v1/tasks/cursor%20b/history?cursor=${body.next_cursor as string}`,
    );
    expect([status, problem.errors[0].where]).toEqual([400, 'query.cursor']);
  });

  it('ends a page early where records are large, and gets through all the same', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024);
    for (const message of ['a', 'b', 'c']) {
      await log.hear({
        taskId: 'large',
        facts: [{ type: 'task.finished', data: { kind: 'workflow', message: message + large } }],
      });
    }
    const all = await pages('large', 200);
    expect(all.map((items) => items.length)).toEqual([2, 2, 2]);
    expect(new Set(all.flat().map(({ position }) => position)).size).toBe(6);
  });

  it('continues correctly when a notification of the task is applied between two pages', async () => {
    await log.hear({ taskId: 'growing', facts: [STARTED] });
    const first = await query.get('/v1/tasks/growing/history?limit=1');
    await log.hear({ taskId: 'growing', facts: [STARTED] });
    const second = await query.get(`/v1/tasks/growing/history?cursor=${first.body.next_cursor as string}`);
    expect(second.body.items.map(({ event, annotations }: Item) => [event.type, annotations])).toEqual([
      ['mps.notification.received', []],
      ['mps.task.started', ['duplicate']],
      ['mps.notification.received', []],
    ]);
  });
});

const TYPES: readonly TaskEventType[] = ['task.started', 'task.finished', 'subtask.started', 'media.probed'];

const record = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  type: fc.constantFrom(...TYPES),
  causationId: fc.constantFrom('n-1', 'n-2', 'n-3'),
  subtaskKey: fc.constantFrom(null, 'Transcode:1:'),
  parked: fc.integer({ min: 0, max: 3 }).map((chance) => chance === 0),
});

/** Parked records have no subtask key in their rows. */
function entryOf(one: TimelineEntry): TimelineEntry {
  return one.parked ? { ...one, subtaskKey: null } : one;
}

async function plant(taskId: string, life: readonly TimelineEntry[]): Promise<void> {
  const { rows } = await pool.query<{ task_key: Buffer; start: string }>(
    `SELECT t.task_key, (SELECT max("offset") FROM tasks_v1.history) AS start FROM tasks_v1.task t WHERE task_id = $1`,
    [taskId],
  );
  const [row] = rows;
  await pool.query(`DELETE FROM tasks_v1.history WHERE task_key = $1`, [row?.task_key]);
  const records = life.map((one, i) => ({ ...one, offset: 1_000_000 + Number(row?.start) + i }));
  await pool.query(
    `WITH life AS (
       SELECT $1::bytea AS task_key, r.* FROM json_to_recordset($2) r ("offset" bigint, id text, type text, "causationId" text,
         "subtaskKey" text, parked boolean)
     ), parked AS (
       INSERT INTO tasks_v1.parked (topic, partition, "offset", task_key, event_id, type, causation_id, reason, headers, logged)
       SELECT 'mps.task-events.v1', 0, "offset", task_key, id, type, "causationId", 'x', '{}', now() FROM life WHERE parked
     )
     INSERT INTO tasks_v1.history (partition, "offset", task_key, event_id, type, causation_id, subtask_key, account,
       received, logged, trust, mapper, raw_offset, data)
     SELECT 0, "offset", task_key, id, type, "causationId", "subtaskKey", 'default', now(), now(), 'file', 'mps1', 1, '{}'
     FROM life WHERE NOT parked`,
    [row?.task_key, JSON.stringify(records)],
  );
}

describe('annotations', () => {
  it('count the events of two notifications before the page, when one of them repeats', async () => {
    const told = (causationId: string, type: TaskEventType): TimelineEntry => ({
      ...{ id: `${causationId} ${type}`, type, causationId, subtaskKey: null, parked: false },
    });
    for (const [one, other] of [
      ['n-1', 'n-2'],
      ['n-2', 'n-1'],
    ] as const) {
      const taskId = `two, ${one} again`;
      await log.hear({ taskId, facts: [] });
      await plant(taskId, [told(one, 'task.finished'), told(other, 'task.finished'), told(one, 'task.started')]);
      expect((await pages(taskId, 2))[1]?.map(({ annotations }) => annotations)).toEqual([['late', 'reopened']]);
      await pool.query(`DELETE FROM tasks_v1.history`);
    }
  });

  it('are the same by pages of any size as of the whole life at once', async () => {
    let number = 0;
    await checkAsyncProperty(
      fc.asyncProperty(fc.array(record, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (life, limit) => {
        number += 1;
        const taskId = `life ${number}`;
        await log.hear({ taskId, facts: [] });
        await plant(taskId, life);
        const whole = annotate(life.map(entryOf));
        const expected = whole.filter(({ redelivery }) => !redelivery).map(({ annotations }) => annotations);
        expect((await pages(taskId, limit)).flat().map(({ annotations }) => annotations)).toEqual(expected);
        await pool.query(`DELETE FROM tasks_v1.history`);
        await pool.query(`DELETE FROM tasks_v1.parked`);
      }),
      100,
    );
  }, 120_000);
});
