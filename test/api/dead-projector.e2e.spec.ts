import { spawnSync } from 'node:child_process';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';

/*
 * While the projector is dead, every read of the contract says how old its rows are. A new route is found here by itself; what its path or
 * its query requires is to be added (VALUES).
 */

jest.setTimeout(240_000);

interface Answer {
  readonly status: number;
  readonly lag: string | null;
  readonly position: string | null;
  readonly text: string;
}

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
}

let database: TestDatabase;
let env: Record<string, string>;
let api: string;
let callbacks: string;
const programs = new Map<string, AppProcess>();
const healthPorts = new Map<string, string>();
const VALUES = new Map([['from', '1']]);
let reads: readonly (readonly [path: string, url: string])[];

beforeAll(async () => {
  database = await testDatabase();
  const [apiPort, callbackPort, ingestHealth, projectorHealth] = (await freePorts(4)).map(String);
  api = `http://127.0.0.1:${apiPort}`;
  callbacks = `http://127.0.0.1:${callbackPort}/notify/mps`;
  env = {
    ...{ DATABASE_URL: database.url, EVENT_LOG: 'postgres', LOG_LEVEL: 'warn', OPTIONAL_PROJECTIONS: 'raw,search' },
    ...{ API_PORT: apiPort ?? '', CALLBACK_PORT: callbackPort ?? '' },
  };
  expect(await startApp('apps/standalone/setup.js', { env }).ended).toEqual({ code: 0, signal: null });
  healthPorts.set('ingest', ingestHealth ?? '').set('projector', projectorHealth ?? '');
  for (const name of ['ingest', 'projector', 'query']) start(name);
  await eventually(async () => (await fetch(`${api}/readyz`)).status === 200, { timeoutMs: 90_000 });
  simulate('10', '--check', api);
  reads = await readsOfContract();
});

afterAll(async () => {
  for (const program of programs.values()) program.signal('SIGTERM');
  await Promise.all([...programs.values()].map(({ ended }) => ended));
  await database.close();
});

function start(name: string): void {
  const port = healthPorts.get(name);
  programs.set(
    name,
    startApp(`apps/${name}/main.js`, { env: { ...env, ...(port !== undefined && { HEALTH_PORT: port }) } }),
  );
}

function simulate(tasks: string, ...words: readonly string[]): void {
  const script = ['dist/apps/simulator/main.js', '--tasks', tasks, '--to', callbacks, ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { encoding: 'utf8' });
  expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
}

/** What it has sent until it caught up: a stream does not end. */
async function get(url: string): Promise<Answer> {
  const closing = new AbortController();
  const { status, headers, body } = await fetch(api + url, { signal: closing.signal });
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true;
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (isStream && text.includes('event: caught_up')) break;
  }
  closing.abort();
  return { status, lag: headers.get('ledger-lag-ms'), position: headers.get('ledger-position'), text };
}

async function readsOfContract(): Promise<typeof reads> {
  const list = JSON.parse((await get('/v1/tasks?limit=1')).text) as { items: { task_id: string }[] };
  VALUES.set('id', list.items[0]?.task_id ?? '');
  const { items } = JSON.parse((await get('/v1/notifications?state=derived&limit=1')).text) as {
    items: { receipt: string }[];
  };
  VALUES.set('receipt', items[0]?.receipt ?? '');
  const { paths } = JSON.parse((await get('/openapi.json')).text) as { paths: Record<string, { get: Operation }> };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .map(([path, { get: operation }]) => {
      const required = operation.parameters.filter((one) => one.in === 'query' && one.required === true);
      const query = required.map(({ name }) => `${name}=${valueOf(name)}`).join('&');
      return [path, `${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => valueOf(name))}?${query}`] as const;
    });
}

function valueOf(name: string): string {
  const value = VALUES.get(name) ?? '';
  if (value === '') throw new Error(`VALUES of this spec has no ${name}`);
  return encodeURIComponent(value);
}

it('every read says how old it is while the projector is dead, and is fresh again after that', async () => {
  expect(reads.length).toBeGreaterThan(10);
  for (const [path, url] of reads) await eventually(async () => (await get(url)).status === 200, { what: path });

  const projector = programs.get('projector');
  projector?.signal('SIGKILL');
  await projector?.ended;
  const killed = performance.now();
  const before = (await get('/v1/tasks')).position;
  // Accepted, and on the log: the rows do not have it.
  simulate('3', '--seed', '2');
  for (let round = 0; round < 3; round += 1)
    for (const [path, url] of reads) {
      const since = Math.floor(performance.now() - killed);
      const { status, lag, position } = await get(url);
      expect([path, status, position]).toEqual([path, 200, before]);
      expect([path, lag]).toEqual([path, expect.stringMatching(/^\d+$/)]);
      expect([path, Number(lag) >= since]).toEqual([path, true]);
    }

  const atKill = performance.now() - killed;
  start('projector');
  for (const [path, url] of reads)
    await eventually(
      async () => {
        const { lag, position } = await get(url);
        return Number(lag) < atKill && position !== before;
      },
      { what: path, timeoutMs: 90_000 },
    );
});
