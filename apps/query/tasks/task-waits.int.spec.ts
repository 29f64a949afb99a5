import { migrate, projectionSchema, taskKey } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeMetrics } from '@mps-ledger/platform';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';
import { WAITERS } from '../tokens';

jest.setTimeout(60_000);

const MOST_WAITERS = 20;
const LONG = { prefer: 'wait=60' };

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
const metrics = makeMetrics({ processMetrics: false });

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  query = await serve(database.url, { metrics, replace: [[WAITERS, MOST_WAITERS]] });
});

afterAll(async () => {
  await query.close();
  await database.close();
});

const STARTED: PlantedFact = { type: 'task.started', data: { kind: 'workflow' } };
const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };

async function gauge(line: string): Promise<number> {
  const found = (await metrics.text()).split('\n').find((one) => one.startsWith(`mps_ledger_${line} `));
  return Number(found?.split(' ')[1]);
}

const waiting = (count: number) =>
  eventually(async () => (await gauge('query_waiters')) === count, { what: `${count} waiting requests` });

describe('reading your write', () => {
  it('waits for the notification of the receipt, and is woken by its commit', async () => {
    const heard = log.receive({ taskId: 'mine', facts: [FINISHED] });
    const answer = query.get(`/v1/tasks/mine?receipt=${heard.receipt}`, LONG);
    await waiting(1);
    await heard.apply();
    const { status, body, headers } = await answer;
    expect([status, body.status]).toEqual([200, 'finished']);
    expect(headers.get('preference-applied')).toBe('wait=60');
    await waiting(0);
  });

  it('answers at once what is applied already', async () => {
    const { receipt } = await log.hear({ taskId: 'done', facts: [FINISHED] });
    const { status, headers } = await query.get(`/v1/tasks/done?receipt=${receipt}`);
    expect([status, headers.get('preference-applied')]).toEqual([200, null]);
  });

  it.each([{}, { prefer: 'wait=0' }, { prefer: 'wait=1' }])(
    'says 503 read-model-behind when it is not reached (%j)',
    async (prefer) => {
      const { receipt, apply } = log.receive({ taskId: 'late', facts: [FINISHED] });
      const { status, body, headers } = await query.get(
        `/v1/tasks/late?receipt=${receipt}`,
        prefer as Record<string, string>,
      );
      expect([status, body.code]).toEqual([503, 'read-model-behind']);
      expect(body.detail).toContain(receipt);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('ledger-position')).toMatch(/^p1\./);
      await apply();
    },
  );

  it('answers what is applied although a notification before it was passed over, which is waited for on', async () => {
    const passedOver = log.receive({ taskId: 'gap', facts: [FINISHED] });
    const after = log.receive({ taskId: 'gap', facts: [STARTED], after: passedOver });
    const waits = [passedOver, after].map(({ receipt }) => query.get(`/v1/tasks/gap?receipt=${receipt}`, LONG));
    await waiting(2);
    await after.apply();
    expect((await waits[1])?.body.status).toBe('processing');
    await waiting(1);
    expect((await query.get(`/v1/tasks/gap?receipt=${after.receipt}`)).status).toBe(200);
    expect((await query.get(`/v1/tasks/gap?receipt=${passedOver.receipt}`)).body.code).toBe('read-model-behind');
    await passedOver.apply();
    expect((await waits[0])?.body.status).toBe('finished');
    await waiting(0);
  });

  it('is 404 when the receipt is of another task, and says where to look', async () => {
    const { receipt } = await log.hear({ taskId: 'one', facts: [FINISHED] });
    const { status, body } = await query.get(`/v1/tasks/two?receipt=${receipt}`);
    expect([status, body.code]).toEqual([404, 'task-not-found']);
    expect(body.detail).toContain(`/v1/notifications/${receipt}`);
  });

  it('is 410 where another record is now at the place of the receipt, also for a waiting request', async () => {
    const lost = log.receive({ taskId: 'set back', facts: [FINISHED] });
    const waits = query.get(`/v1/tasks/set%20back?receipt=${lost.receipt}`, LONG);
    await waiting(1);
    log.setBack(lost);
    const other = await log.hear({ taskId: 'set back', facts: [FINISHED] });
    const [place, otherPlace] = [lost, other].map(({ receipt }) => receipt.replace(/\.[^.]+$/, ''));
    expect(place).toBe(otherPlace);
    for (const answer of [await waits, await query.get(`/v1/tasks/set%20back?receipt=${lost.receipt}`)]) {
      expect([answer.status, answer.body.code]).toEqual([410, 'receipt-of-another-record']);
      expect(answer.body.detail).toContain(lost.receipt);
      expect(answer.headers.get('ledger-position')).toMatch(/^p1\./);
    }
    expect((await query.get(`/v1/tasks/set%20back?receipt=${other.receipt}`)).status).toBe(200);
  });

  it.each([
    ['r1.otherlog0000.1.0.1.abcdef', 410, 'receipt-of-another-log'],
    ['r1.plantedlog01.2.0.1.abcdef', 410, 'receipt-of-another-log'],
    ['r1.plantedlog01.1.4.1.abcdef', 400, 'receipt-without-partition'],
    ['r1.plantedlog01.1.0.0.abcdef', 404, 'notification-not-found'],
    ['r1.plantedlog01.1.0', 400, 'bad-parameter'],
    ['r1.plantedlog01.1.0.1', 400, 'bad-parameter'],
    ['r1.plantedlog01.1.0.01.abcdef', 400, 'bad-parameter'],
    ['r1.plantedlog01.1.0.1.ABCDEF', 400, 'bad-parameter'],
    ['r1.plantedlog01.1.0.9999999999999999.abcdef', 400, 'bad-parameter'],
    ['r1.plantedlog01.9999999999.0.1.abcdef', 400, 'bad-parameter'],
    ['r1.plantedlog01.1.9999999999.1.abcdef', 400, 'bad-parameter'],
    ['e1.plantedlog01.1.0.1', 400, 'bad-parameter'],
    ['', 400, 'bad-parameter'],
  ])('refuses the receipt %j with %d %s', async (receipt, status, code) => {
    const answer = await query.get(`/v1/tasks/mine?receipt=${receipt}`, LONG);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('waiting for the end', () => {
  it('answers once the task is finished, and not before', async () => {
    await log.hear({ taskId: 'open', facts: [STARTED] });
    const answer = query.get('/v1/tasks/open?until=finished', LONG);
    await waiting(1);
    await log.hear({
      taskId: 'open',
      facts: [{ type: 'subtask.started', data: { key: 'Transcode:1:', kind: 'Transcode' } }],
    });
    await log.hear({ taskId: 'somebody else', facts: [FINISHED] });
    expect(await gauge('query_waiters')).toBe(1);
    await log.hear({ taskId: 'open', facts: [FINISHED] });
    expect((await answer).body).toMatchObject({ status: 'finished', version: 3 });
  });

  it('waits for a task that is not known yet', async () => {
    const answer = query.get('/v1/tasks/unborn?until=finished', LONG);
    await waiting(1);
    await log.hear({ taskId: 'unborn', facts: [FINISHED] });
    expect((await answer).body.status).toBe('finished');
  });

  it('answers as it stands when the time is over', async () => {
    await log.hear({ taskId: 'slow', facts: [STARTED] });
    const { status, body, headers } = await query.get('/v1/tasks/slow?until=finished', { prefer: 'wait=1' });
    expect([status, body.status, headers.get('preference-applied')]).toEqual([200, 'processing', 'wait=1']);
    expect((await query.get('/v1/tasks/never?until=finished', { prefer: 'wait=1' })).status).toBe(404);
    expect((await query.get('/v1/tasks/slow?until=finished')).body.status).toBe('processing');
  });

  it('waits for the receipt first, and then for the end', async () => {
    const heard = log.receive({ taskId: 'both', facts: [STARTED] });
    const answer = query.get(`/v1/tasks/both?receipt=${heard.receipt}&until=finished`, LONG);
    await waiting(1);
    await heard.apply();
    await log.hear({ taskId: 'both', facts: [FINISHED] });
    expect((await answer).body).toMatchObject({ status: 'finished', version: 2 });
  });

  it('takes no other word', async () => {
    const { status, body } = await query.get('/v1/tasks/slow?until=done');
    expect([status, body.errors]).toEqual([
      400,
      [{ where: 'query.until', detail: '"done" was given; it must be one of finished.' }],
    ]);
  });
});

describe('waiting requests', () => {
  it('hold no connection to the database, however many they are, and others are answered at the same time', async () => {
    const answers = Array.from({ length: MOST_WAITERS }, (_, i) =>
      query.get(`/v1/tasks/crowd-${i}?until=finished&account=default`, LONG),
    );
    await waiting(MOST_WAITERS);
    await eventually(async () => (await gauge('query_pool_connections{state="used"}')) === 0);
    expect((await query.get('/v1/tasks')).status).toBe(200);
    for (let i = 0; i < MOST_WAITERS; i++) await log.hear({ taskId: `crowd-${i}`, facts: [FINISHED] });
    expect((await Promise.all(answers)).map(({ body }) => body.status as string)).toEqual(
      new Array(MOST_WAITERS).fill('finished'),
    );
  });

  it('are bounded; one more is refused at once, and a client that disconnects makes room', async () => {
    const gone = new AbortController();
    const leaving = Array.from({ length: MOST_WAITERS }, (_, i) =>
      query
        .get(`/v1/tasks/bound-${i}?until=finished&account=default`, LONG, { signal: gone.signal })
        .catch(() => 'gone'),
    );
    await waiting(MOST_WAITERS);
    const refused = await query.get('/v1/tasks/bound?until=finished', LONG);
    expect([refused.status, refused.body.code]).toEqual([503, 'too-many-waiters']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    gone.abort();
    expect(await Promise.all(leaving)).toEqual(new Array(MOST_WAITERS).fill('gone'));
    await waiting(0);
    const { status } = await query.get('/v1/tasks/bound?until=finished', { prefer: 'wait=1' });
    expect(status).toBe(404);
  });

  it('continue while the task is finished by half a notification: its other half may change that', async () => {
    await log.hear({ taskId: 'half', facts: [FINISHED] });
    const half = (offset: string | null) =>
      database.pool().query(`UPDATE tasks_v1.task SET half_raw = $1 WHERE task_id = 'half'`, [offset]);
    await half('7');
    const incomplete = { status: 'finished', incomplete: true, outcome: null };
    const { body } = await query.get('/v1/tasks/half?until=finished', { prefer: 'wait=1' });
    expect(body).toMatchObject({
      ...incomplete,
      outcome_reason: 'A part of a notification is applied, the rest is not yet.',
    });
    const answer = query.get('/v1/tasks/half?until=finished', LONG);
    await waiting(1);
    await half(null);
    expect((await answer).body).toMatchObject({ status: 'finished', incomplete: false, outcome: 'undetermined' });
  });

  it('are answered by polling when no commit is notified', async () => {
    const answer = query.get('/v1/tasks/quiet?until=finished', LONG);
    await waiting(1);
    await database.pool().query(
      `INSERT INTO tasks_v1.task SELECT decode($1, 'hex'), account, 'quiet', '"quiet"', kind, status, outcome, error_code, confirmation,
         contradicted, revised, parked, half_raw, version, session_id, partition, first_received, updated
       FROM tasks_v1.task WHERE task_id = 'mine'`,
      [keyOf('quiet')],
    );
    expect((await answer).body.task_id).toBe('quiet');
  });

  it('are answered when the program closes', async () => {
    const other = await serve(database.url);
    const until = other.get('/v1/tasks/slow?until=finished', LONG);
    const receipt = other.get(`/v1/tasks/slow?receipt=${log.receive({ taskId: 'slow', facts: [] }).receipt}`, LONG);
    const settled: Answered[] = [];
    for (const answer of [until, receipt]) void answer.then((answered) => settled.push(answered));
    await eventually(async () => (await other.get('/metrics')).text.includes('query_waiters 2'));
    await other.close();
    await eventually(() => settled.length === 2);
    expect((await until).body.status).toBe('processing');
    expect((await receipt).body.code).toBe('read-model-behind');
  });
});

function keyOf(taskId: string): string {
  return taskKey('default', taskId).toString('hex');
}
