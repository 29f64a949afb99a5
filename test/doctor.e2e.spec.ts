import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp } from '@mps-ledger/testing';
import { makeFolder } from './standalone/checkout';
import { endAll, startStandalone } from './standalone/process';

jest.setTimeout(240_000);

const NOTIFICATION = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';

let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = makeFolder();
  const [api, callbacks] = await freePorts(2);
  env = { DATA_DIR: join(folder, 'ledger'), API_PORT: `${api}`, CALLBACK_PORT: `${callbacks}` };
});
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly items: readonly { readonly status: string; readonly what: string; readonly to_do?: string }[];
  }[];
}

async function doctor(more: Readonly<Record<string, string>> = {}, args: readonly string[] = ['--json']) {
  const program = startApp('apps/doctor/main.js', { env: { ...env, ...more }, args, cwd: folder });
  const { code } = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

const reported = ({ stdout }: { stdout: string }): Report => JSON.parse(stdout) as Report;
const findingsIn = (report: Report): string[] =>
  report.checks.flatMap(({ name, items }) =>
    items.filter(({ status }) => status === 'finding').map(({ what, to_do: fix }) => `${name}: ${what} | ${fix}`),
  );

/** `npm start`, with a clock that is ahead by so many ms. */
async function started(aheadMs = 0) {
  writeFileSync(join(folder, 'clock'), `${aheadMs}`);
  const shift = join(process.cwd(), 'dist/test/crash/shifted-clock.js');
  const clock: Record<string, string> =
    aheadMs === 0
      ? {}
      : { NODE_OPTIONS: `--require ${JSON.stringify(shift)}`, CLOCK_OFFSET_FILE: join(folder, 'clock') };
  const ledger = startStandalone({ env: { ...env, ...clock } });
  const { callbacks } = await ledger.greeting();
  return { ledger, callbacks };
}

async function send(callbacks: string): Promise<void> {
  await eventually(async () => (await fetch(callbacks, { method: 'POST', body: NOTIFICATION })).status === 200);
}

describe('the doctor', () => {
  it('ends with 2 for wrong usage, and helps', async () => {
    expect(await doctor({}, ['--jsno'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/npm run doctor --/),
    });
    expect(await doctor({}, ['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^npm run doctor --/),
    });
  });

  it('finds that there is no ledger, and makes none', async () => {
    const said = await doctor({}, []);
    expect(said).toMatchObject({ code: 1, stderr: '' });
    expect(said.stdout).toMatch(
      /^finding {5}database {15}1 finding\n {4}- There is no ledger in .*\n {6}to do {3}npm start creates one/m,
    );
    expect(said.stdout).toMatch(/^1 FINDING; /m);
    expect(said.stdout).not.toContain('\u001b');
    expect(existsSync(env['DATA_DIR']!)).toBe(false);
  });

  it('finds nothing wrong with npm start, while it runs and when it is stopped', async () => {
    const { ledger, callbacks } = await started();
    await send(callbacks);
    const running = await doctor();
    expect(findingsIn(reported(running))).toEqual([]);
    expect(running.code).toBe(0);
    ledger.signal('SIGTERM');
    await ledger.ended;
    const stopped = await doctor({}, []);
    expect(stopped).toMatchObject({ code: 0 });
    expect(stopped.stdout).toMatch(/No finding; 1 warning, /);
    expect(stopped.stdout).toMatch(/no listener for callbacks answers .*the ledger does not run/);
  });

  it('finds that the clock of ingest is another than the one of the log', async () => {
    const { ledger, callbacks } = await started(3_600_000);
    await send(callbacks);
    const report = reported(await doctor());
    expect(findingsIn(report)).toEqual([
      expect.stringMatching(
        /^clock of the log: records are logged 3[56]\d\d\.\d s before they are received.*\| let NTP/,
      ),
    ]);
    expect(report.ok).toBe(false);
    ledger.signal('SIGTERM');
    await ledger.ended;
  });

  it('finds a data folder that another Postgres made, and leaves it as it is', async () => {
    const version = join(env['DATA_DIR']!, 'postgres', 'pgdata', 'PG_VERSION');
    const made = readFileSync(version, 'utf8');
    writeFileSync(version, '15\n');
    const said = await doctor();
    writeFileSync(version, made);
    expect(said.code).toBe(1);
    expect(findingsIn(reported(said))).toEqual([
      expect.stringMatching(
        /^database: The data folder .* was made by Postgres 15.*\| .*DATABASE_URL to a Postgres 15/,
      ),
    ]);
  });

  it('ends within bounded time where nothing answers, and shows no secret', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await eventually(() => mute.listening);
    const { port } = mute.address() as AddressInfo;
    const began = performance.now();
    const said = await doctor({
      ...{ DATABASE_URL: `postgres://ledger:very-secret@127.0.0.1:${port}/ledger`, EVENT_LOG: 'kafka' },
      ...{ KAFKA_BROKERS: `no-such-host.invalid:9092,127.0.0.1:${port}`, MPS_NOTIFY_KEY: 'key-of-the-tasks' },
      ...{ CALLBACK_PORT: `${port}`, API_KEYS: 'api-key-of-somebody', HEALTH_PORT: `${port}` },
    });
    expect(performance.now() - began).toBeLessThan(60_000);
    mute.close();
    expect(said.code).toBe(1);
    expect(`${said.stdout}${said.stderr}`).not.toMatch(/very-secret|key-of-the-tasks|api-key-of-somebody/);
    const findings = findingsIn(reported(said));
    expect(findings.map((one) => one.split(':')[0])).toEqual(['database', 'log', 'source default']);
  });
});
