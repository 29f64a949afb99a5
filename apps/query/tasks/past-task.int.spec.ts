import * as fc from 'fast-check';
import { fromEventText } from '@mps-ledger/records';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { anyEvent, checkAsyncProperty } from '@mps-ledger/spec-kit';
import { describeTask, foldAtVersion, initialState, TRUSTS } from '@mps-ledger/tasks';
import type { TaskEvent, TaskState } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { Lane } from '../lane';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact, Received } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';
import { FOLDS } from '../tokens';

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

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow', session_id: 's' } };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };
const transcode = (definition: number): PlantedFact => ({
  type: 'subtask.succeeded',
  data: { key: `Transcode:${definition}:`, kind: 'Transcode', definition: String(definition) },
});
const pathOf = (taskId: string, parameters = ''): string => `/v1/tasks/${encodeURIComponent(taskId)}${parameters}`;

/** What the answer shows of a state. */
function shownOf(state: TaskState, parked: number, incomplete = false): unknown {
  return JSON.parse(JSON.stringify(describeTask(state, parked, incomplete)));
}

interface Record {
  readonly event: TaskEvent;
  readonly isParked: boolean;
}

describe('a task at a version', () => {
  it('is the fold of its first notifications, in the shape of the task, with where that is', async () => {
    await log.hear({ taskId: 'versions', facts: [STARTED] });
    await log.hear({ taskId: 'versions', facts: [transcode(1), FINISHED] });
    const current = await query.get(pathOf('versions'));
    const first = await query.get(pathOf('versions', '?at_version=1'));
    const second = await query.get(pathOf('versions', '?at_version=2'));
    expect([first.status, first.body.status, first.body.version, first.body.subtasks]).toEqual([
      200,
      'processing',
      1,
      [],
    ]);
    expect(Object.keys(first.body as object)).toEqual(Object.keys(current.body as object));
    expect(second.body).toEqual(current.body);
    const history = await query.get(`${pathOf('versions')}/history`);
    const positions = (history.body.items as { position: string }[]).map(({ position }) => position);
    expect(first.headers.get('ledger-as-of')).toBe(positions[1]);
    expect(second.headers.get('ledger-as-of')).toBe(positions.at(-1));
    expect(first.headers.get('ledger-position')).toBe(current.headers.get('ledger-position'));
    expect(current.headers.get('ledger-as-of')).toBeNull();
  });

  it('beyond the current one is 404 and names the current one', async () => {
    await log.hear({ taskId: 'short', facts: [STARTED] });
    const { status, body, headers } = await query.get(pathOf('short', '?at_version=2'));
    expect([status, body.code]).toEqual([404, 'version-not-found']);
    expect(body.detail).toContain('version 1');
    expect(headers.get('ledger-position')).toMatch(/^p1\./);
    await log.hear({ taskId: 'none yet', facts: [STARTED], parked: 'unreadable' });
    const none = await query.get(pathOf('none yet', '?at_version=1'));
    expect([none.status, none.body.code]).toEqual([404, 'version-not-found']);
    expect((await query.get(pathOf('nobody', '?at_version=1'))).body.code).toBe('task-not-found');
  });

  it('keeps its entity tag while the task goes on, and is 304 to who has it', async () => {
    await log.hear({ taskId: 'tagged', facts: [STARTED] });
    const tagOf = async (parameters: string) =>
      (await query.get(pathOf('tagged', parameters))).headers.get('etag') ?? '';
    const tag = await tagOf('?at_version=1');
    await log.hear({ taskId: 'tagged', facts: [FINISHED] });
    expect(await tagOf('?at_version=1')).toBe(tag);
    expect(await tagOf('?at_version=2')).not.toBe(tag);
    const again = await query.get(pathOf('tagged', '?at_version=1'), { 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('ledger-as-of')).toMatch(/^e1\./);
  });

  it('of each number is what the core folds of the first so many notifications, for any history', async () => {
    const fact = fc
      .record({ event: anyEvent, isParked: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0) })
      .map(({ event: { type, data, occurred }, isParked }): PlantedFact => {
        const { account: _account, task_id: _taskId, ...rest } = data;
        return { type, data: rest, occurred, ...(isParked && { parked: 'so it is' }) };
      });
    const notification = fc.record({
      facts: fc.array(fact, { maxLength: 5 }),
      trust: fc.constantFrom(...TRUSTS),
      again: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
    });
    let number = 0;
    await checkAsyncProperty(
      fc.asyncProperty(fc.array(notification, { minLength: 1, maxLength: 6 }), async (notifications) => {
        const taskId = `any ${(number += 1)}`;
        const records: Record[] = [];
        let last: Received | undefined;
        for (const { again, ...content } of notifications) {
          const before = log.valuesOf.get(taskId)?.length ?? 0;
          last = await log.hear({ ...content, taskId, ...(again && last !== undefined && { again: last }) });
          const values = log.valuesOf.get(taskId)?.slice(before) ?? [];
          const parked = [...content.facts.map((one) => one.parked !== undefined), false];
          records.push(...values.map((text, i) => ({ event: decoded(text), isParked: parked[i] === true })));
        }
        const applied = records.filter(({ isParked }) => !isParked).map(({ event }) => event);
        const current = await query.get(pathOf(taskId));
        const versions = current.body.version as number;
        for (let version = 1; version <= versions; version += 1) {
          const { body } = await query.get(pathOf(taskId, `?at_version=${version}`));
          const state = foldAtVersion(applied, version) ?? initialState;
          const end = endOfVersion(records, version);
          const parked = records.slice(0, end + 1).filter(({ isParked }) => isParked).length;
          expect(body).toMatchObject(shownOf(state, parked) as object);
          expect([body.version, body.parked, body.incomplete]).toEqual([version, parked, false]);
        }
        const beyond = await query.get(pathOf(taskId, `?at_version=${versions + 1}`));
        expect([beyond.status, beyond.body.detail]).toEqual([404, expect.stringContaining(`version ${versions}:`)]);
        const { version: atTime, ...then } = (await query.get(pathOf(taskId, '?at=9999-12-31T23:59:59Z'))).body as {
          version: number;
        };
        const { version: _now, ...now } = current.body as { version: number };
        expect([atTime, then]).toEqual([versions, now]);
      }),
      60,
    );
  });
});

/** The index of the record that makes a version. */
function endOfVersion(records: readonly Record[], version: number): number {
  const known = new Set<number>();
  return records.findIndex(({ event }) => {
    if (event.type !== 'notification.received' || known.has(event.hearing.rawOffset)) return false;
    known.add(event.hearing.rawOffset);
    return known.size === version;
  });
}

function decoded(text: string): TaskEvent {
  const read = fromEventText(text);
  if (!read.ok) throw new Error(read.reason);
  return read.event;
}

describe('a task at a time', () => {
  const hear = (taskId: string, received: string, ...facts: PlantedFact[]) => log.hear({ taskId, received, facts });

  it('is the fold of what the log had taken by then', async () => {
    await hear('times', '2026-11-22T09:00:00.000Z', STARTED);
    await hear('times', '2026-11-22T10:00:00.500Z', transcode(1), FINISHED);
    const at = async (time: string) => (await query.get(pathOf('times', `?at=${encodeURIComponent(time)}`))).body;
    expect(await at('2026-11-22T09:00:00Z')).toMatchObject({ status: 'processing', version: 1 });
    expect(await at('2026-11-22T10:00:00.499Z')).toMatchObject({ version: 1, updated: '2026-11-22T09:00:00.000Z' });
    expect(await at('2026-11-22T11:00:00.5+01:00')).toMatchObject({ status: 'finished', version: 2 });
    expect(await at('2027-01-01T00:00:00Z')).toEqual((await query.get(pathOf('times'))).body);
  });

  it('before its first record is 404 and says when that was', async () => {
    await hear('late', '2026-11-22T09:00:00.000Z', STARTED);
    const { status, body } = await query.get(pathOf('late', '?at=2026-11-22T08:59:59.999Z'));
    expect([status, body.code]).toEqual([404, 'before-first-event']);
    expect(body.detail).toContain('2026-11-22T09:00:00.000Z');
    expect((await query.get(pathOf('nobody', '?at=2026-11-22T09:00:00Z'))).body.code).toBe('task-not-found');
  });

  it('inside a notification that the log took in two parts is incomplete, as the task was', async () => {
    await hear('halves', '2026-11-22T09:00:00.000Z', FINISHED, transcode(1));
    await database.pool().query(
      `UPDATE tasks_v1.history h SET logged = '2026-11-22T09:00:09Z' FROM tasks_v1.task t
       WHERE t.task_id = 'halves' AND h.task_key = t.task_key AND h.type <> 'task.finished'`,
    );
    const during = await query.get(pathOf('halves', '?at=2026-11-22T09:00:05Z'));
    expect(during.body).toMatchObject({
      incomplete: true,
      version: 0,
      status: 'finished',
      outcome: null,
      subtasks: [],
    });
    const after = await query.get(pathOf('halves', '?at=2026-11-22T09:00:09Z'));
    expect(after.body).toMatchObject({ incomplete: false, version: 1, outcome: 'succeeded' });
  });
});

describe('parameters that exclude each other', () => {
  it.each([
    ['at=2026-11-22T09:00:00Z&at_version=1', ['query.at', 'query.at_version']],
    ['until=finished&at_version=1', ['query.until', 'query.at_version']],
    ['at=2026-11-22T09:00:00Z&until=finished', ['query.until', 'query.at']],
  ])('%s is 400 and names them', async (parameters, places) => {
    const { status, body } = await query.get(pathOf('x', `?${parameters}`));
    expect([status, body.code]).toEqual([400, 'bad-parameter']);
    expect((body.errors as { where: string }[]).map(({ where }) => where)).toEqual(places);
  });

  it.each(['/v1/tasks', '/v1/notifications'])(
    '%s at a past time is 400 and says that lists have none',
    async (list) => {
      for (const name of ['at', 'at_version']) {
        const { status, body } = await query.get(`${list}?${name}=1`);
        expect([status, body.errors[0].where]).toEqual([400, `query.${name}`]);
        expect(body.errors[0].detail).toContain('/v1/tasks/{id}');
      }
    },
  );

  it('a receipt and a position are waited for, and then the past is answered', async () => {
    const received = log.receive({ taskId: 'waited', facts: [FINISHED] });
    const path = pathOf('waited', `?at_version=1&receipt=${received.receipt}`);
    expect((await query.get(path)).body.code).toBe('read-model-behind');
    const waiting = query.get(path, { prefer: 'wait=20' });
    await received.apply();
    const { status, body, headers } = await waiting;
    expect([status, body.version, headers.get('preference-applied')]).toEqual([200, 1, 'wait=20']);
    const position = headers.get('ledger-position') ?? '';
    expect((await query.get(pathOf('waited', `?at_version=1&min_position=${position}`))).status).toBe(200);
  });
});

describe('a long history', () => {
  it('is folded in pages, and only so many at once', async () => {
    const facts = Array.from({ length: 2_500 }, (_, i) => transcode(i));
    await log.hear({ taskId: 'long', facts: [STARTED] });
    await log.hear({ taskId: 'long', facts: [...facts, FINISHED] });
    const { body } = await query.get(pathOf('long', '?at_version=2'));
    expect(body).toEqual((await query.get(pathOf('long'))).body);
    expect(body.subtasks).toHaveLength(2_500);
    const lane = new Lane({ atOnce: 0, waiting: 0, waitMs: 0, busy: 'folds-busy' });
    const busy = await serve(database.url, { replace: [[FOLDS, lane]] });
    try {
      expect((await busy.get(pathOf('versions', '?at_version=1'))).status).toBe(200);
      const { status, body: problem, headers } = await busy.get(pathOf('long', '?at_version=2'));
      expect([status, problem.code, headers.get('retry-after')]).toEqual([503, 'folds-busy', '2']);
    } finally {
      await busy.close();
    }
  });
});
