import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact, Received } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';
import type { Explanation } from './why-answer';

jest.setTimeout(60_000);

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;
let received: Received[];

const KEY = 'Transcode:1:';
const ofSubtask = { key: KEY, kind: 'Transcode', definition: '1' };

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  const started: PlantedFact = { type: 'task.started', data: { kind: 'workflow', session_id: 's' } };
  received = [
    await log.hear({ taskId: 'a', facts: [{ type: 'subtask.started', data: ofSubtask }, started] }),
    await log.hear({
      ...{ taskId: 'a', trust: 'queue' },
      facts: [
        { type: 'subtask.failed', data: { ...ofSubtask, error_code: 30010, message: 'm'.repeat(2_000) } },
        { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } },
      ],
    }),
    await log.hear({
      ...{ taskId: 'a', trust: 'file' },
      facts: [{ type: 'task.finished', data: { kind: 'workflow', status: 'FINISH', error_code: 'X' } }],
    }),
  ];
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

async function items(parameters: string): Promise<readonly Explanation[]> {
  const found: Explanation[] = [];
  for (let next: string | null = parameters; next !== null;) {
    const { status, body } = await query.get(`/v1/tasks/a/why?${next}`);
    expect(status).toBe(200);
    found.push(...(body.items as Explanation[]));
    next = body.next_cursor === null ? null : `cursor=${body.next_cursor as string}&limit=1`;
  }
  return found;
}

describe('why a task shows what it shows', () => {
  it('names the event, the receipt, the trust and the rule, and what lost by what', async () => {
    const [status] = await items('value=error_code');
    expect(status).toMatchObject({
      ...{ subtask: null, rule: 'end', shown: { status: 'finished', error_code: 0 } },
      set_by: {
        type: 'task.finished',
        trust: 'queue',
        receipt: received[1]?.receipt,
        notification_id: received[1]?.id,
      },
      lost: [
        { type: 'task.finished', trust: 'file', receipt: received[2]?.receipt, lost_by: 'trust' },
        {
          type: 'task.started',
          receipt: received[0]?.receipt,
          lost_by: 'lower-status',
          said: { status: 'processing' },
        },
      ],
      lost_count: 2,
    });
    const history = (await query.get('/v1/tasks/a/history')).body.items as {
      position: string;
      event: { id: string };
    }[];
    const setBy = history.find(({ position }) => position === status?.set_by?.position);
    expect(setBy?.event.id).toBe(status?.set_by?.event_id);
    const notification = await query.get(`/v1/notifications/${status?.set_by?.receipt ?? ''}`);
    expect(notification.body.notification_id).toBe(status?.set_by?.notification_id);
  });

  it('says how the outcome was computed, with the event that decides', async () => {
    expect(await items('value=outcome')).toMatchObject([
      {
        shown: { outcome: 'failed' },
        rule: 'computed',
        because: 'Failed subtasks: 1 of 1.',
        set_by: { type: 'subtask.failed' },
      },
    ]);
  });

  it('explains all shown values, page by page the same, and those of one subtask', async () => {
    const all = await items('limit=200');
    expect(await items('limit=1')).toEqual(all);
    const subtask = await items(`subtask=${encodeURIComponent(KEY)}`);
    expect(subtask).toEqual(all.filter((item) => item.subtask === KEY));
    expect(subtask[0]).toMatchObject({
      values: expect.arrayContaining(['status', 'message']),
      set_by: { said_is_long: true },
    });
    expect(Object.keys(subtask[0]?.shown ?? {})).not.toContain('message');
    const task = (await query.get('/v1/tasks/a')).body as Record<string, unknown>;
    for (const { shown } of all.filter((item) => item.subtask === null))
      for (const [name, value] of Object.entries(shown)) expect(task[name]).toEqual(value);
  });

  it('explains an earlier version, and stays on the version that it began with', async () => {
    const [status] = await items('at_version=1&value=status');
    expect(status).toMatchObject({ shown: { status: 'processing' }, set_by: { type: 'task.started' }, lost: [] });
    const { body, headers } = await query.get('/v1/tasks/a/why?at_version=2&limit=1');
    expect(headers.get('ledger-as-of')).toMatch(/^e1\./);
    const next = await query.get(`/v1/tasks/a/why?cursor=${body.next_cursor as string}`);
    expect([body.version, next.body.version]).toEqual([2, 2]);
    const other = await query.get(`/v1/tasks/a/why?at_version=3&cursor=${body.next_cursor as string}`);
    expect([other.status, other.body.errors[0].where]).toEqual([400, 'query.at_version']);
  });

  it('is 404 beyond the newest version and for an unknown task, 400 for an unknown value', async () => {
    expect((await query.get('/v1/tasks/a/why?at_version=4')).body.code).toBe('version-not-found');
    expect((await query.get('/v1/tasks/nobody/why')).body.code).toBe('task-not-found');
    expect((await query.get('/v1/tasks/a/why?value=statsu')).body.errors[0].where).toBe('query.value');
  });
});
