import { setUpKeys } from '@mps-ledger/api-keys';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { makeKey } from '../keys/testing/make-key';
import { PlantedLog } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { ServedQuery } from '../testing/serve';

jest.setTimeout(60_000);

const FINISHED = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } } as const;
const STARTED = { type: 'task.started', data: { kind: 'workflow' } } as const;
/** Every route of one task, after its path. */
const ROUTES = ['', '?at_version=1', '?until=finished', '/history', '/diff?from=1', '/why', '/live'];
const HARD = 'of both "\ud800\u0000 /\\ 字';
// encodeURIComponent refuses a lone surrogate: as its three bytes.
const HARD_PATH = `${encodeURIComponent('of both "')}%ED%A0%80${encodeURIComponent('\u0000 /\\ 字')}`;

let database: TestDatabase;
let log: PlantedLog;
let query: ServedQuery;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
  for (const account of ['acme', 'acme-2', 'zeta'])
    await log.hear({ account, taskId: `of ${account}`, facts: [FINISHED] });
  for (const account of ['acme', 'zeta']) {
    await log.hear({ account, taskId: 'of both', facts: [FINISHED] });
    await log.hear({ account, taskId: HARD, facts: [FINISHED] });
  }
  query = await serve(database.url);
});

afterAll(async () => {
  await query.close();
  await database.close();
});

/** Longer than a spec may take: it fails where nothing wakes the request. */
const LONG = { prefer: 'wait=60' };
const oneWaits = (): Promise<unknown> =>
  eventually(async () => (await query.get('/metrics')).text.includes('query_waiters 1'));

const withAccount = (route: string, account: string) => `${route}${route.includes('?') ? '&' : '?'}account=${account}`;

describe('a task whose account is not given', () => {
  it('is answered by every route where one account has it, whichever that is', async () => {
    for (const account of ['acme', 'acme-2', 'zeta'])
      for (const route of ROUTES) {
        const found = await query.get(`/v1/tasks/of%20${account}${route}`);
        const named = await query.get(withAccount(`/v1/tasks/of%20${account}${route}`, account));
        expect([route, found.status, found.body]).toEqual([route, 200, named.body]);
      }
  });

  it('is 409 on every route where several have it, which names them; account= decides', async () => {
    for (const path of ['of%20both', HARD_PATH])
      for (const route of ROUTES) {
        const { status, body, headers } = await query.get(`/v1/tasks/${path}${route}`);
        expect([route, status, body.code]).toEqual([route, 409, 'ambiguous-task']);
        expect(body.detail).toMatch(/^The accounts acme, zeta each have a task ".*account=acme/s);
        expect(body.errors).toEqual([
          { where: 'query.account', detail: 'It may be acme.' },
          { where: 'query.account', detail: 'It may be zeta.' },
        ]);
        expect(headers.get('ledger-position')).toMatch(/^p1\./);
        expect((await query.get(withAccount(`/v1/tasks/${path}${route}`, 'zeta'))).status).toBe(200);
        const none = await query.get(withAccount(`/v1/tasks/${path}${route}`, 'acme-2'));
        expect([route, none.status, none.body.detail]).toEqual([
          route,
          404,
          expect.stringContaining('in account acme-2'),
        ]);
      }
  });

  it('is 404 on every route where none has it, and says nothing of an account', async () => {
    for (const route of ROUTES) {
      const { status, body } = await query.get(`/v1/tasks/nobody${route}`);
      expect([route, status, body.code, body.detail]).toEqual([
        ...[route, 404, 'task-not-found'],
        expect.stringMatching(
          /^No notification of task "nobody" is applied\. If it was acknowledged just now, pass its receipt\.$/,
        ),
      ]);
    }
  });

  it('becomes ambiguous with the first notification of a second account, also of an account that had no task before', async () => {
    const taskId = 'of one and then two';
    const path = `/v1/tasks/${encodeURIComponent(taskId)}`;
    await log.hear({ account: 'zeta', taskId, facts: [STARTED] });
    expect((await query.get(path)).body.account).toBe('zeta');
    await log.hear({ account: 'new', taskId, facts: [STARTED] });
    expect((await query.get(path)).body.code).toBe('ambiguous-task');
  });

  it('is waited for by its receipt, whatever account its source has', async () => {
    const heard = log.receive({ account: 'by-receipt', taskId: 'awaited', facts: [FINISHED] });
    const waiting = query.get(`/v1/tasks/awaited?receipt=${heard.receipt}`, { prefer: 'wait=30' });
    await heard.apply();
    expect((await waiting).body).toMatchObject({ account: 'by-receipt', task_id: 'awaited' });
  });

  it('is waited for until it is finished in the account that has it', async () => {
    await log.hear({ account: 'zeta', taskId: 'unfinished', facts: [STARTED] });
    const answer = query.get('/v1/tasks/unfinished?until=finished', LONG);
    await oneWaits();
    await log.hear({ account: 'zeta', taskId: 'unfinished', facts: [FINISHED] });
    expect((await answer).body).toMatchObject({ account: 'zeta', status: 'finished' });
  });

  it('is waited for before it is known, in whichever account it comes', async () => {
    const answer = query.get('/v1/tasks/unborn?until=finished', LONG);
    await oneWaits();
    await log.hear({ account: 'zeta', taskId: 'unborn', facts: [STARTED] });
    await log.hear({ account: 'zeta', taskId: 'unborn', facts: [FINISHED] });
    expect((await answer).body).toMatchObject({ account: 'zeta', status: 'finished' });
  });

  it('is 409 where two accounts have it while it is waited for', async () => {
    const answer = query.get('/v1/tasks/twice?until=finished', LONG);
    await oneWaits();
    for (const account of ['acme', 'zeta']) await log.hear({ account, taskId: 'twice', facts: [STARTED] });
    expect((await answer).body.code).toBe('ambiguous-task');
  });

  it('has pages that go on in its account', async () => {
    const first = await query.get('/v1/tasks/of%20zeta/history?limit=1');
    expect(first.headers.get('link')).toContain('account=zeta');
    const next = await query.get(`/v1/tasks/of%20zeta/history?limit=1&cursor=${first.body.next_cursor as string}`);
    expect([next.status, next.body.items.length]).toEqual([200, 1]);
  });

  it('knows its tag as before', async () => {
    const { headers } = await query.get('/v1/tasks/of%20zeta');
    const again = await query.get('/v1/tasks/of%20zeta', { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });
});

describe('with a key of some accounts', () => {
  it('only these count: one is enough, two are ambiguous, and others are not named', async () => {
    await setUpKeys(database.pool());
    const keys = {
      one: await makeKey(database.pool(), 'one', { accounts: ['zeta'] }),
      apart: await makeKey(database.pool(), 'apart', { accounts: ['zeta', 'acme-2'] }),
      both: await makeKey(database.pool(), 'both', { accounts: ['acme', 'acme-2', 'zeta'] }),
      other: await makeKey(database.pool(), 'other', { accounts: ['acme-2', 'none'] }),
    };
    const get = (key: keyof typeof keys, path: string) => query.get(path, { authorization: `Bearer ${keys[key]}` });
    await eventually(async () => (await query.get('/v1/tasks')).status === 401);
    for (const key of Object.keys(keys) as (keyof typeof keys)[])
      await eventually(async () => (await get(key, '/v1/tasks')).status === 200);
    for (const route of ROUTES) {
      const path = `/v1/tasks/of%20both${route}`;
      expect([route, (await get('one', path)).status, (await get('apart', path)).status]).toEqual([route, 200, 200]);
      const both = await get('both', path);
      expect([route, both.status, both.body.errors.length]).toEqual([route, 409, 2]);
      const none = await get('other', path);
      expect([route, none.status, /acme\b(?!-2)|zeta/.test(none.text)]).toEqual([route, 404, false]);
    }
    expect((await get('one', '/v1/tasks/of%20both')).body.account).toBe('zeta');
  });
});
