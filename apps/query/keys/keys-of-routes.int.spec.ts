import type { Pool } from 'pg';
import { revokeKey, setUpKeys } from '@mps-ledger/api-keys';
import { createTables, RAW } from '@mps-ledger/projections';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { copyBody } from '../testing/copied-body';
import { PlantedLog, type Received } from '../testing/planted-log';
import { serve } from '../testing/serve';
import type { Answered, ServedQuery } from '../testing/serve';
import { makeKey } from './testing/make-key';

/*
 * The negative tests of every route, generated from the contract: no key, an expired, a revoked and an unknown one, one of the
 * wrong scope, and what is of another account.
 *
 * A new route is found here by itself. What cannot be known of it is to be added: values of its path's parameters (VALUES)
 * and of query parameters without which it answers 400 (QUERY); and whether its answer depends on no account (OF_NO_ACCOUNT).
 */

jest.setTimeout(120_000);

const SHOWN = 'shown';
const HIDDEN = 'hidden';
const SCOPES = ['read', 'subscribe', 'operate'];

interface OperationObject {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly responses: Readonly<Record<string, object>>;
}

let database: TestDatabase;
let pool: Pool;
let query: ServedQuery;
let routes: readonly (readonly [path: string, OperationObject])[];
const keys = new Map<string, string>();
const received: Record<string, Received> = {};

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  pool = database.pool();
  await setUpKeys(pool);
  const log = new PlantedLog(pool);
  await log.adopt();
  await createTables(pool, [RAW], log);
  for (const account of [SHOWN, HIDDEN]) received[account] = await plant(log, account);
  for (const scope of SCOPES) keys.set(scope, await makeKey(pool, scope, { scopes: [scope] }));
  keys.set('all', await makeKey(pool, 'all'));
  keys.set('bound', await makeKey(pool, 'bound', { accounts: [SHOWN] }));
  keys.set('expired', await makeKey(pool, 'expired', { expires: new Date(Date.now() - 60_000) }));
  keys.set('revoked', await makeKey(pool, 'revoked'));
  await revokeKey(pool, 'revoked', 'for this spec');
  query = await serve(database.url, { projections: ['raw'] });
  const { body } = await get('/openapi.json', 'all');
  routes = Object.entries((body as { paths: Record<string, { get: OperationObject }> }).paths).map(
    ([path, { get: operation }]) => [path, operation] as const,
  );
});

afterAll(async () => {
  await query.close();
  await database.close();
});

/** A task, a notification without one, and a rejected one, all of an account. */
async function plant(log: PlantedLog, account: string): Promise<Received> {
  const one = await log.hear({
    ...{ account, taskId: `task-of-${account}`, sessionId: `session-of-${account}` },
    facts: [
      { type: 'task.started', data: { kind: 'workflow', session_id: `session-of-${account}` } },
      { type: 'subtask.failed', data: { key: 'Transcode:1:', kind: 'Transcode', error_code: 1, message: account } },
      { type: 'task.finished', data: { kind: 'workflow', error_code: 0, message: account } },
    ],
  });
  await copyBody(pool, log, one, Buffer.from(`bytes of ${account}`));
  await log.hear({ account, taskId: null, facts: [], kind: 'unknown', reason: 'no-task-id' });
  const stamp = account === SHOWN ? 1 : 2;
  const id = `01932d5c-000${stamp}-7000-8000-000000000001`;
  const at = new Date(0x01932d5c0000 + stamp).toISOString();
  await log.reject({ account, id, received: at, reason: 'not-json' });
  return one;
}

/** What the parameters of paths stand for, in an account. */
const VALUES: Readonly<Record<string, (account: string) => string>> = {
  id: (account) => `task-of-${account}`,
  receipt: (account) => received[account]?.receipt ?? '',
  type: () => 'task.finished',
  version: () => '1',
};

/** Query parameters that a route does not answer 200 without, or not with what was planted. */
const QUERY: Readonly<Record<string, string>> = {
  '/v1/tasks/{id}/diff': 'from=1',
  '/v1/errors': 'ended_after=2026-11-22T00:00:00Z&ended_before=2026-11-23T00:00:00Z',
};

/** Routes with a scope whose answers are made of no rows of an account, or of the whole ledger: `pipeline.int.spec.ts` has its accounts. */
const OF_NO_ACCOUNT: ReadonlySet<string> = new Set(['/v1/pipeline']);

/** Routes with a scope whose answers do not name the accounts of the rows that they are made of. */
const NAME_NO_ACCOUNT: ReadonlySet<string> = new Set(['/v1/tasks/counts', '/v1/usage']);

function urlOf(path: string, { parameters }: OperationObject, account: string | null): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = VALUES[name];
    if (value === undefined) throw new Error(`VALUES of this spec has no ${name}, which ${path} takes`);
    return encodeURIComponent(value(account ?? SHOWN));
  });
  const takesAccount = account !== null && parameters.some((one) => one.in === 'query' && one.name === 'account');
  const parts = [QUERY[path] ?? '', takesAccount ? `account=${account}` : ''].filter((part) => part !== '');
  return parts.length === 0 ? filled : `${filled}?${parts.join('&')}`;
}

/** With one of the keys by its name, or with a key. */
function get(url: string, key?: string): Promise<Answered> {
  return query.get(url, key === undefined ? {} : { authorization: `Bearer ${keys.get(key) ?? key}` });
}

const scopeOf = ({ security }: OperationObject): string | undefined => security.flatMap((one) => one['key'] ?? [])[0];
const needsKey = ({ security }: OperationObject): boolean => security.some((one) => 'key' in one);
const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz']);

const keyed = () => routes.filter(([path, operation]) => needsKey(operation) && !PROBES.has(path));
const scoped = () => keyed().filter(([, operation]) => scopeOf(operation) !== undefined);
/** Of the rows of an account, and not those that name one in their path. */
const lists = () => scoped().filter(([path]) => !/\{(id|receipt)\}/.test(path) && !OF_NO_ACCOUNT.has(path));
const single = () => scoped().filter(([path]) => /\{(id|receipt)\}/.test(path));

describe('once there is a key', () => {
  it('every route but the probes needs one, and says so', () => {
    expect(routes.filter(([path, operation]) => !needsKey(operation) && !PROBES.has(path))).toEqual([]);
    for (const [path, { responses }] of keyed()) expect([path, '401' in responses]).toEqual([path, true]);
    for (const [path, { responses }] of scoped()) expect([path, '403' in responses]).toEqual([path, true]);
    expect(keyed().length).toBeGreaterThan(scoped().length);
    expect(scoped().length).toBeGreaterThan(5);
  });

  it('every route below /v1 needs a scope', () => {
    for (const [path, operation] of routes)
      if (path.startsWith('/v1')) expect([path, SCOPES.includes(scopeOf(operation) ?? '')]).toEqual([path, true]);
  });

  it.each([
    ['no key', undefined, 'key-missing'],
    ['an expired key', 'expired', 'key-expired'],
    ['a revoked key', 'revoked', 'key-not-accepted'],
    ['an unknown key', 'mpsl_unknown', 'key-not-accepted'],
  ])('%s is answered 401 on every route', async (_, key, code) => {
    for (const [path, operation] of keyed()) {
      const { status, body, headers } = await get(urlOf(path, operation, SHOWN), key);
      expect([path, status, body.code]).toEqual([path, 401, code]);
      expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('a key of another scope is answered 403 on every route with a scope', async () => {
    for (const [path, operation] of scoped()) {
      const needed = scopeOf(operation) ?? '';
      const url = urlOf(path, operation, SHOWN);
      for (const other of SCOPES.filter((scope) => scope !== needed)) {
        const { status, body, headers } = await get(url, other);
        expect([path, other, status, body.code]).toEqual([path, other, 403, 'scope-missing']);
        expect(headers.get('www-authenticate')).toContain(`scope="${needed}"`);
      }
      expect([path, (await get(url, needed)).status]).toEqual([path, 200]);
    }
  });

  it('more requests than a key may send are answered 429 on every route, and say so; other keys are not affected', async () => {
    await makeKey(pool, 'slow', { perSecond: 1 }).then((key) => keys.set('slow', key));
    await eventually(async () => (await get('/v1/tasks', 'slow')).status !== 401);
    for (const [path, operation] of keyed()) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => get(urlOf(path, operation, SHOWN), 'slow')));
      const refused = answers.filter(({ status }) => status === 429);
      expect([path, refused.length > 0, '429' in operation.responses]).toEqual([path, true, true]);
      expect([path, refused[0]?.body.code, refused[0]?.headers.get('retry-after')]).toEqual([
        ...[path, 'too-many-requests', '1'],
      ]);
      expect([path, (await get(urlOf(path, operation, SHOWN), 'all')).status]).toEqual([path, 200]);
    }
  });

  it('a path that there is not reveals nothing without a key', async () => {
    for (const key of [undefined, 'expired']) expect((await get('/v1/nothing', key)).status).toBe(401);
    expect((await get('/v1/nothing', 'read')).status).toBe(404);
  });
});

describe('a key of some accounts', () => {
  it('is answered as if others had nothing: on every route of one thing 404, in the words of what is not there', async () => {
    expect(single().length).toBeGreaterThan(3);
    for (const [path, operation] of single()) {
      const url = urlOf(path, operation, HIDDEN);
      expect([path, (await get(url, 'all')).status]).toEqual([path, 200]);
      expect([path, (await get(urlOf(path, operation, SHOWN), 'bound')).status]).toEqual([path, 200]);
      const { status, body } = await get(url, 'bound');
      const absent = await get(
        url.replaceAll('task-of-hidden', 'none').replace('account=hidden', 'account=none'),
        'bound',
      );
      expect([path, status]).toEqual([path, 404]);
      if (path.includes('{id}'))
        expect([path, inWords(body)]).toEqual([path, inWords(absent.body, ['none', 'task-of-hidden'])]);
    }
  });

  it('of all accounts that there are sees in every list what a key for all accounts does, page by page', async () => {
    keys.set('both', await makeKey(pool, 'both', { accounts: [SHOWN, HIDDEN] }));
    await eventually(async () => (await get('/v1/tasks', 'both')).status === 200);
    for (const [path, operation] of lists()) {
      const url = urlOf(path, operation, null);
      expect([path, content(await get(url, 'both'))]).toEqual([path, content(await get(url, 'all'))]);
      const isPaged = ['cursor', 'limit'].every((name) => operation.parameters.some((one) => one.name === name));
      if (!isPaged) continue;
      const of = `${url}${url.includes('?') ? '&' : '?'}`;
      const [first, whole] = [await get(`${of}limit=1`, 'both'), await get(url, 'all')];
      const next = await get(`${of}limit=1&cursor=${String(first.body.next_cursor)}`, 'both');
      expect([path, ...first.body.items, ...next.body.items]).toEqual([path, ...whole.body.items.slice(0, 2)]);
      const foreign = await get(`${of}cursor=${String(first.body.next_cursor)}`, 'bound');
      expect([path, foreign.status, foreign.text.includes(HIDDEN)]).toEqual([path, 200, false]);
    }
  });

  it('sees in every list what the account alone would be answered, and nothing where it asks for another account', async () => {
    expect(lists().length).toBeGreaterThan(1);
    for (const [path, operation] of lists()) {
      const everything = await get(urlOf(path, operation, null), 'all');
      const bound = await get(urlOf(path, operation, null), 'bound');
      expect([path, everything.status, bound.status]).toEqual([path, 200, 200]);
      const isMore = NAME_NO_ACCOUNT.has(path)
        ? content(everything) !== content(bound)
        : everything.text.includes(HIDDEN);
      expect([path, isMore]).toEqual([path, true]);
      expect([path, bound.text.includes(HIDDEN)]).toEqual([path, false]);
      const [hidden, empty, own] = [
        await get(urlOf(path, operation, HIDDEN), 'bound'),
        await get(urlOf(path, operation, 'none'), 'all'),
        await get(urlOf(path, operation, SHOWN), 'all'),
      ];
      if (!operation.parameters.some(({ name }) => name === 'account')) continue;
      expect([path, hidden.status, content(hidden)]).toEqual([path, 200, content(empty)]);
      expect([path, content(bound)]).toEqual([path, content(own)]);
    }
  });
});

/** Of a problem: what depends on nothing but what was asked. */
function inWords(body: { code: string; detail: string }, [from, to]: readonly string[] = []): unknown {
  const detail = from === undefined ? body.detail : body.detail.replaceAll(`"${from}"`, `"${String(to)}"`);
  return { code: body.code, detail: detail.replace(/in account \w+/, '') };
}

/** Without cursors, which hold the filter. */
const content = ({ text }: Answered): string => text.replace(/"next_cursor":"[^"]*"/g, '');
