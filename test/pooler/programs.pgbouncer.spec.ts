import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import {
  describePgBouncer,
  freePorts,
  startApp,
  startPgBouncer,
  testDatabase,
  type AppProcess,
  type PgBouncer,
  type TestDatabase,
} from '@mps-ledger/testing';

jest.setTimeout(240_000);

type Variables = Readonly<Record<string, string>>;

const SECONDS = 1_000;

let db: TestDatabase;
let bouncer: PgBouncer;
let folder: string;
const running: AppProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pooler-'));
  db = await testDatabase();
  bouncer = await startPgBouncer({ url: db.url, poolSize: 2 });
});
afterEach(async () => {
  for (const program of running) program.signal('SIGTERM');
  await Promise.all(running.splice(0).map(({ ended }) => ended));
  await bouncer.close();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

const pooled = (): Variables => ({
  ...{ DATABASE_URL: bouncer.through(db.url), DATABASE_POOLER: 'transaction' },
  ...{ EVENT_LOG: 'postgres', SHUTDOWN_DELAY_MS: '0', LOG_LEVEL: 'warn' },
});

/** Runs a program to its end. */
async function run(script: string, env: Variables, args: readonly string[] = []) {
  const program = startApp(`apps/${script}.js`, { env: { ...env }, args });
  const { code } = await program.ended;
  return { code, said: program.stdout() + program.stderr() };
}

interface Started {
  readonly api: string;
  readonly callbacks: string;
  readonly programs: Readonly<Record<'ingest' | 'projector' | 'query', AppProcess & { readonly probes: string }>>;
}

async function startPrograms(settings: Variables): Promise<Started> {
  const [api = 0, callback = 0, ingest = 0, projector = 0] = await freePorts(4);
  const start = (name: string, port: number, ports: Variables) => {
    const program = startApp(`apps/${name}/main.js`, { env: { ...settings, ...ports } });
    running.push(program);
    return { ...program, probes: `http://127.0.0.1:${port}` };
  };
  return {
    api: `http://127.0.0.1:${api}`,
    callbacks: `http://127.0.0.1:${callback}/notify/mps`,
    programs: {
      ingest: start('ingest', ingest, { CALLBACK_PORT: `${callback}`, HEALTH_PORT: `${ingest}` }),
      projector: start('projector', projector, { HEALTH_PORT: `${projector}` }),
      query: start('query', api, { API_PORT: `${api}` }),
    },
  };
}

const said = (started: Started): string =>
  Object.values(started.programs)
    .map((program) => program.stderr())
    .join('\n');

async function readiness(probes: string): Promise<string> {
  const answer = await fetch(`${probes}/readyz?verbose`).catch(() => null);
  return answer === null ? 'no answer' : `${answer.status} ${await answer.text()}`;
}

async function allReady(started: Started): Promise<void> {
  for (const { probes } of Object.values(started.programs))
    await eventually(async () => (await readiness(probes)).startsWith('200'), {
      ...{ timeoutMs: 60 * SECONDS, what: () => `readiness: ${said(started).slice(-3_000)}` },
    });
}

/** Asks the API many things at once until it is told to stop; answers how often it answered with each status. */
function crowd(api: string): { stop(): Promise<ReadonlyMap<number, number>> } {
  const statuses = new Map<number, number>();
  let going = true;
  const one = async (path: string): Promise<void> => {
    while (going) {
      const status = await fetch(api + path).then(
        async (answer) => (await answer.arrayBuffer(), answer.status),
        () => 0,
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const paths = ['/v1/tasks', '/v1/notifications', '/v1/tasks/none', '/v1/tasks?status=finished'];
  const asking = Array.from({ length: 12 }, (_, n) => one(paths[n % paths.length] ?? ''));
  return {
    async stop() {
      going = false;
      await Promise.all(asking);
      return statuses;
    },
  };
}

describePgBouncer('a ledger behind a pooler that lends two connections by transaction', () => {
  it.each([
    ['where there is no other way', (): Variables => ({})],
    ['where there is a way past it', (): Variables => ({ DATABASE_DIRECT_URL: db.url })],
  ])('is set up, filled, read and verified %s, also when the pooler is killed meanwhile', async (_, direct) => {
    const settings = { ...pooled(), ...direct() };
    expect(await run('standalone/setup', settings)).toMatchObject({ code: 0 });
    expect(await run('standalone/setup', settings)).toMatchObject({ code: 0 });
    const started = await startPrograms(settings);
    await allReady(started);
    const readers = crowd(started.api);
    const [journal, truth] = [join(folder, 'journal'), join(folder, 'truth')];
    const load = '--tasks 150 --mode change --duplicate 0.2 --reorder 0.2 --connections 24 --wait 120'.split(' ');
    const files = ['--journal', journal, '--truth', truth];
    const simulated = run('simulator/main', {}, [...load, ...files, '--to', started.callbacks, '--check', started.api]);
    await eventually(async () => (await list(started.api)).length > 10, { timeoutMs: 60 * SECONDS });
    await bouncer.kill();
    await eventually(async () => (await readiness(started.programs.query.probes)).startsWith('503'), {
      timeoutMs: 30 * SECONDS,
    });
    await bouncer.start();
    const { code, said: words } = await simulated;
    expect({ code, words: code === 0 ? '' : words + said(started) }).toEqual({ code: 0, words: '' });
    const statuses = await readers.stop();
    expect([...statuses.keys()].filter((status) => ![200, 404, 503].includes(status))).toEqual([]);
    await allReady(started);
    const verified = await run('verifier/main', settings, ['--journal', journal, '--truth', truth]);
    expect(verified).toMatchObject({ code: 0, said: expect.stringMatching(/Verified: nothing differs\./) });
    expect(said(started)).not.toMatch(/prepared statement|unsupported startup/);
  });

  it('without the setting it is recognised: setup ends, the programs are not ready, and say why once', async () => {
    expect(await run('standalone/setup', pooled())).toMatchObject({ code: 0 });
    const { DATABASE_POOLER: _, ...untold } = { ...pooled(), DATABASE_POOLER: '' };
    const words = /DATABASE_URL leads to a pooler .*DATABASE_POOLER=transaction/;
    const setup = await run('standalone/setup', untold);
    expect(setup).toMatchObject({ code: 1, said: expect.stringMatching(words) });
    expect(setup.said.trim().split('\n')).toHaveLength(1);
    const started = await startPrograms(untold);
    for (const program of Object.values(started.programs)) {
      await eventually(async () => words.test(await readiness(program.probes)), {
        timeoutMs: 30 * SECONDS,
        what: () => program.stderr() + said(started),
      });
      await eventually(() => words.test(program.stderr()));
    }
    // Each look takes two logins, and there are three that look.
    const before = bouncer.logins();
    await eventually(() => bouncer.logins() > before + 18, { timeoutMs: 60 * SECONDS, what: 'further looks' });
    for (const program of Object.values(started.programs))
      expect(program.stderr().match(new RegExp(words, 'g'))).toHaveLength(1);
  });

  it('the standalone program runs over it', async () => {
    const [api, callback] = await freePorts(2);
    const ports = { API_PORT: `${api}`, CALLBACK_PORT: `${callback}` };
    const program = startApp('apps/standalone/main.js', { env: { ...pooled(), ...ports } });
    running.push(program);
    await eventually(() => program.stdout().includes('Ctrl-C'), {
      timeoutMs: 60 * SECONDS,
      what: () => program.stderr(),
    });
    const simulated = await run('simulator/main', {}, [
      ...['--tasks', '30', '--mode', 'change', '--to', `http://127.0.0.1:${callback}/notify/mps`],
      ...['--check', `http://127.0.0.1:${api}`],
    ]);
    expect(simulated).toMatchObject({ code: 0 });
  });
});

async function list(api: string): Promise<readonly unknown[]> {
  const answer = await fetch(`${api}/v1/tasks?limit=50`);
  return ((await answer.json()) as { items?: unknown[] }).items ?? [];
}
