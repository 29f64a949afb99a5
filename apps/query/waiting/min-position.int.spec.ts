import { judgePosition, migrate, projectionSchema, readModelIn } from '@mps-ledger/read-model';
import { makeMetrics } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { formatPosition, parsePosition, positionCheck, type Position } from '@mps-ledger/records';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

const LONG = { prefer: 'wait=60' };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };
const PARKED: PlantedFact = { ...FINISHED, parked: 'because' };

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
let paths: readonly string[];
const metrics = makeMetrics({ processMetrics: false });

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url, { metrics });
  const { receipt } = await log.hear({ taskId: 'first', facts: [FINISHED] });
  paths = [
    ...['/v1/tasks/first', '/v1/tasks/first/history', '/v1/tasks', '/v1/notifications'],
    `/v1/notifications/${receipt}`,
  ];
});
afterAll(async () => {
  await query.close();
  await database.close();
});

const positionOf = ({ headers }: Answered): string => headers.get('ledger-position') ?? '';
const here = async (): Promise<string> => positionOf(await query.get('/v1/tasks'));
function parsed(text: string): Position {
  const position = parsePosition(text);
  if (position === null) throw new Error(`${text} is no position`);
  return position;
}
const ask = (position: string, headers?: Record<string, string>, path = '/v1/tasks/first') =>
  query.get(`${path}?min_position=${position}`, headers);
const changed = (text: string, change: Partial<Position>): string => formatPosition({ ...parsed(text), ...change });

async function waiting(count: number): Promise<void> {
  await eventually(async () => (await metrics.text()).includes(`mps_ledger_query_waiters ${count}\n`));
}

/** The position once one more task is heard of. */
async function after(taskId: string): Promise<string> {
  await log.hear({ taskId, facts: [FINISHED] });
  return here();
}

describe('a position that an answer gave', () => {
  it('is reached by every read from then on, however the log grows', async () => {
    const given = [await here()];
    for (const [n, facts] of [[FINISHED], [PARKED], [FINISHED, PARKED], [], [PARKED]].entries()) {
      await log.hear({ taskId: `grows-${n}`, facts });
      given.push(await here());
    }
    await log.hear({ taskId: null, facts: [], kind: 'unknown', reason: 'no-task-id' });
    given.push(await here());
    expect(new Set(given).size).toBe(given.length);
    for (const position of given)
      for (const path of paths) {
        const { status, headers } = await ask(position, LONG, path);
        expect([path, status, headers.get('preference-applied')]).toEqual([path, 200, 'wait=60']);
      }
    expect((await ask(given[0] ?? '')).headers.get('preference-applied')).toBeNull();
  });

  it('may be taken apart, partition by partition, as long as the check is of the events just before', async () => {
    const { rows } = await database
      .pool()
      .query<{ partition: number; offset: string; event_id: string }>(
        'SELECT partition, "offset", event_id FROM tasks_v1.history ORDER BY partition, "offset"',
      );
    const position = parsed(await here());
    for (const { partition, offset, event_id } of rows) {
      const offsets = position.offsets.map((_, n) => (n === partition ? Number(offset) + 1 : 0));
      const check = positionCheck(offsets.map((_, n) => (n === partition ? event_id : null)));
      expect((await ask(formatPosition({ ...position, offsets, check }))).status).toBe(200);
    }
    const nothing = { offsets: [0, 1, 0, 1], check: positionCheck([null, null, null, null]) };
    expect((await ask(changed(await here(), nothing))).status).toBe(200);
  });
});

describe('a position beyond the rows', () => {
  it('is waited for, and the commit wakes the waiting request', async () => {
    const partition = log.receive({ taskId: 'to come', facts: [] }).partition;
    const before = log.eventEnd(partition);
    const late = await after('to come');
    await log.restore(partition, before);
    const answers = paths.map((path) => ask(late, LONG, path));
    await waiting(paths.length);
    await log.hear({ taskId: 'to come', facts: [FINISHED] });
    // Not the same events, as their notification has another id: the log was set back and grew past it.
    for (const answer of answers) expect((await answer).body.code).toBe('position-reset');
    await waiting(0);
  });

  it('is answered once its events are applied', async () => {
    const { rows } = await database
      .pool()
      .query<{ position: string; last_event_id: string }>(
        `SELECT position, last_event_id FROM tasks_v1.checkpoint WHERE topic = 'mps.task-events.v1' AND partition = 0`,
      );
    const at = await here();
    // As a build that is behind would be: it has not applied the last record of partition 0.
    const behind = (position: number) =>
      database
        .pool()
        .query(`UPDATE tasks_v1.checkpoint SET position = $1 WHERE topic = 'mps.task-events.v1' AND partition = 0`, [
          position,
        ]);
    await behind(Number(rows[0]?.position) - 1);
    const answers = paths.map((path) => ask(at, LONG, path));
    await waiting(paths.length);
    await behind(Number(rows[0]?.position));
    for (const answer of answers) expect((await answer).status).toBe(200);
  });

  it.each([{}, { prefer: 'wait=0' }, { prefer: 'wait=1' }])(
    'is 503 read-model-behind when it is not reached (%j)',
    async (prefer) => {
      const { offsets } = parsed(await here());
      const far = changed(await here(), { offsets: offsets.map((offset, n) => (n === 2 ? offset + 9 : offset)) });
      for (const path of paths) {
        const { status, body, headers } = await ask(far, prefer as Record<string, string>, path);
        expect([path, status, body.code]).toEqual([path, 503, 'read-model-behind']);
        expect(body.detail).toContain(`${far} yet: in partition 2 every event before offset ${offsets[2]} is applied`);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(positionOf({ headers } as Answered)).toBe(await here());
      }
    },
  );

  it('is reset at once where the log is known to end below it', async () => {
    const at = parsed(await here());
    const far = { ...at, offsets: at.offsets.map((offset) => offset + 1) };
    const verdicts = [at.offsets, far.offsets, undefined].map((ends) =>
      judgePosition(readModelIn(projectionSchema, database.pool()), far, ends),
    );
    expect((await Promise.all(verdicts)).map(({ verdict }) => verdict)).toEqual(['reset', 'beyond', 'beyond']);
  });
});

describe('a position that does not fit', () => {
  async function refused(position: string, status: number, code: string): Promise<void> {
    for (const path of paths) {
      const { status: got, body, headers } = await ask(position, LONG, path);
      expect([path, position, got, body.code]).toEqual([path, position, status, code]);
      if (status === 410)
        expect([body.detail, positionOf({ headers } as Answered)]).toEqual([
          expect.stringContaining('start again'),
          await here(),
        ]);
    }
  }

  it('is 410 where the log was set back after it, and grew past it', async () => {
    const { partition } = await log.hear({ taskId: 'restored', facts: [FINISHED] });
    const before = await here();
    const end = log.eventEnd(partition);
    const lost = await after('restored');
    await log.restore(partition, end);
    expect(await here()).toBe(before);
    await log.hear({ taskId: 'restored', facts: [FINISHED, PARKED] });
    await refused(lost, 410, 'position-reset');
    expect((await ask(before)).status).toBe(200);
  });

  it('is 410 where its check, or an offset, is not what was given', async () => {
    const at = await here();
    await refused(changed(at, { check: '00000000' }), 410, 'position-reset');
    const { offsets } = parsed(at);
    const partition = offsets.findIndex((offset) => offset > 2);
    await refused(
      changed(at, { offsets: offsets.map((one, n) => (n === partition ? one - 1 : one)) }),
      410,
      'position-reset',
    );
  });

  it('is 410 of another log, and of other generations of this one', async () => {
    const at = await here();
    await refused(changed(at, { logId: 'otherlog0000' }), 410, 'position-of-another-log');
    await refused(changed(at, { logGeneration: 2 }), 410, 'position-of-another-generation');
    await refused(changed(at, { eventGeneration: 2 }), 410, 'position-of-another-generation');
    await database.pool().query('UPDATE tasks_v1.projection SET log_generation = 3, event_generation = 5');
    const verdicts = [at, changed(at, { logGeneration: 3, eventGeneration: 4 }), changed(at, { logGeneration: 4 })];
    const judged = await Promise.all(
      verdicts.map((text) => judgePosition(readModelIn(projectionSchema, database.pool()), parsed(text))),
    );
    await database.pool().query('UPDATE tasks_v1.projection SET log_generation = 1, event_generation = 1');
    expect(judged.map(({ verdict }) => verdict)).toEqual(['older-generation', 'older-generation', 'newer-generation']);
  });

  it('is 400 where it is none, or of another number of partitions', async () => {
    const at = await here();
    await refused(changed(at, { offsets: [1, 1, 1] }), 400, 'bad-parameter');
    await refused(changed(at, { offsets: [1, 1, 1, 1, 1] }), 400, 'bad-parameter');
    for (const text of ['', 'x', `${at}x`, at.replace('p1', 'e1'), at.replace(/\.[^.]+$/, '')])
      await refused(text, 400, 'bad-parameter');
    const { body } = await ask(changed(at, { offsets: [1, 1, 1] }));
    expect(body.errors).toEqual([
      { where: 'query.min_position', detail: 'It has 3 offsets; this log has 4 partitions.' },
    ]);
  });
});
