import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';
import { readCompose, type Service, type Variables } from './compose-file';
import { PROGRAMS } from './programs';

/** As the demo's file has it; the file itself is held against the compose file elsewhere. */
const SECRETS = {
  POSTGRES_PASSWORD: 'ledger',
  API_KEYS: 'a-key-of-this-spec-alone',
  MPS_NOTIFY_PATH: 'a-path-of-this-spec-alone',
};
const { services } = readCompose(readFileSync('docker-compose.yml', 'utf8'), SECRETS);
const RUNNING = ['ingest', 'projector', 'query'] as const;

const serviceOf = (name: string): Service => services[name]!;
const scriptOf = (name: string): string => PROGRAMS[name]!.source.replace(/\.ts$/, '.js');

/** Processes are started one after another, on a machine that may be busy. */
jest.setTimeout(120_000);

let database: TestDatabase;
/** Free ports in the place of the containers'. */
const places = new Map<string, string>();
const programs = new Map<string, AppProcess>();

/** An environment as compose gives it, but for what is elsewhere here: the database, the log in it, the ports. */
function environmentOf(name: string): Variables {
  const given = serviceOf(name).environment;
  const ports = Object.entries(given).flatMap(([key, value]) =>
    key.endsWith('_PORT') ? [[key, places.get(value)!] as const] : [],
  );
  return { ...given, ...Object.fromEntries(ports), DATABASE_URL: database.url, EVENT_LOG: 'postgres' };
}

/** Runs the health check of a service as the engine would, on the port that is the container's here. */
function healthOf(name: string): { healthy: boolean; said: string } {
  const [, , , url = ''] = serviceOf(name).healthcheck!.test;
  const here = url.replace(/:(\d+)\//, (_, port: string) => `:${places.get(port)}/`);
  const { status, stdout } = spawnSync(process.execPath, ['deploy/probe.mjs', here], { encoding: 'utf8' });
  return { healthy: status === 0, said: stdout };
}

beforeAll(async () => {
  database = await testDatabase();
  const ports = ['8080', '8081', '8082', '8083'];
  const free = await freePorts(ports.length);
  ports.forEach((port, at) => places.set(port, String(free[at])));
});

afterAll(async () => {
  for (const program of programs.values()) program.signal('SIGTERM');
  await Promise.all([...programs.values()].map(({ ended }) => ended));
  await database.close();
});

describe('the services of docker-compose.yml, as processes', () => {
  it('start before there is anything to work on, and their health checks say what is missing', async () => {
    for (const name of RUNNING) programs.set(name, startApp(scriptOf(name), { env: environmentOf(name) }));
    for (const name of RUNNING) await eventually(() => healthOf(name).said.includes('not-ready'));
    expect(RUNNING.map(healthOf).map(({ healthy }) => healthy)).toEqual([false, false, false]);
  });

  it('become healthy by themselves once setup is done', async () => {
    const setup = startApp(scriptOf('setup'), { env: environmentOf('setup') });
    expect(await setup.ended).toEqual({ code: 0, signal: null });
    for (const name of RUNNING) await eventually(() => healthOf(name).healthy, { what: () => healthOf(name).said });
  });

  it('do what the demo asks of them', async () => {
    const args = serviceOf('simulator')
      .command.slice(2)
      .map((word) =>
        word.replace(/\/\/(ingest|query):(\d+)/, (_, _name, port: string) => `//127.0.0.1:${places.get(port)}`),
      );
    const few = [...args.filter((word) => !/^--(tasks|rate)=/.test(word)), '--tasks=20'];
    const environment = { ...process.env, ...serviceOf('simulator').environment };
    const run = spawnSync(process.execPath, [`dist/${scriptOf('simulator')}`, ...few], {
      env: environment,
      encoding: 'utf8',
    });
    expect({ code: run.status, said: run.stderr.slice(-500) }).toMatchObject({ code: 0 });
  });

  it('stop at SIGTERM within the time that they are given', async () => {
    const began = performance.now();
    for (const program of programs.values()) program.signal('SIGTERM');
    const endings = await Promise.all([...programs.values()].map(({ ended }) => ended));
    expect(endings).toEqual(RUNNING.map(() => ({ code: 0, signal: null })));
    expect((performance.now() - began) / 1000).toBeLessThan(serviceOf('ingest').stopGraceSeconds);
  });
});

describe('a health check', () => {
  it('fails where nothing answers', () => {
    expect(healthOf('query')).toEqual({ healthy: false, said: expect.stringContaining('ECONNREFUSED') as string });
  });
});
