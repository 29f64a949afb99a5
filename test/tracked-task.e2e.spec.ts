import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, type AppProcess } from '@mps-ledger/testing';

type Members = Readonly<Record<string, unknown>>;

interface Task extends Members {
  readonly version: number;
  readonly subtasks: readonly Members[];
}

interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

const SAMPLES = join(process.cwd(), 'test/fixtures/mps');
const first = readFileSync(join(SAMPLES, 'seed-000-workflowtask-cmq-event.json'), 'utf8');
const second = readFileSync(join(SAMPLES, 'seed-002-parsenotification-response.json'), 'utf8');
const FIRST_ID = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';
const SECOND_ID = '1256768367-Procedure-475b7237438a39560b9879a4556cb177t1';

/** The programs that must behave alike: what users run, and the same modules over a log that is as bad as logs may be. */
const PROGRAMS = [
  ['the plain log', 'apps/standalone/main.js'],
  ['a hostile log', 'test/hostile-standalone.js'],
] as const;

describe.each(PROGRAMS)('the ledger over %s', (_, script) => {
  let folder: string;
  let program: AppProcess;
  let api: string;
  let callbacks: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mps-ledger-e2e-'));
    // Else, as root, the database's user could not enter it, and the data would lie elsewhere and stay.
    chmodSync(folder, 0o755);
    const [apiPort, callbackPort] = await freePorts(2);
    api = `http://127.0.0.1:${apiPort}`;
    callbacks = `http://127.0.0.1:${callbackPort}/notify/mps`;
    program = start({ API_PORT: `${apiPort}`, CALLBACK_PORT: `${callbackPort}` });
    await ready();
  }, 120_000);

  afterAll(async () => {
    program.signal('SIGINT');
    await program.ended;
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  function start(ports: Record<string, string>): AppProcess {
    return startApp(script, { env: { ...ports, DATA_DIR: folder, LOG_LEVEL: 'warn', HOSTILE_SEED: '7' } });
  }

  async function ready(): Promise<void> {
    await eventually(async () => (await fetch(`${api}/readyz`)).status === 200, {
      timeoutMs: 90_000,
      what: () => `the program to be ready: ${program.stderr()}`,
    });
  }

  async function get<Body = Members>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    const answer = await fetch(api + path, { headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
  }

  /** Sends a body until it is accepted, as MPS does; a hostile log refuses now and then. Answers the receipt. */
  async function send(body: string): Promise<string> {
    return eventually(
      async () => {
        const answer = await fetch(callbacks, { method: 'POST', body });
        return answer.status === 200 ? answer.headers.get('ledger-receipt') : null;
      },
      { what: 'a notification to be accepted' },
    );
  }

  /** The task once a receipt is applied. */
  async function task(id: string, receipt: string): Promise<Answer<Task>> {
    const path = `/v1/tasks/${encodeURIComponent(id)}?receipt=${receipt}`;
    return eventually(
      async () => {
        const answer = await get<Task>(path, { prefer: 'wait=10' });
        return answer.status === 200 ? answer : null;
      },
      { timeoutMs: 60_000, what: () => `the task ${id}: ${program.stderr().slice(-2000)}` },
    );
  }

  async function items(path: string): Promise<readonly Members[]> {
    return (await get<{ items: readonly Members[] }>(path)).body.items;
  }

  /** The items, the type of each beside its annotations. */
  async function history(id: string): Promise<readonly Members[]> {
    const found = await items(`/v1/tasks/${encodeURIComponent(id)}/history?limit=200`);
    return found.map(({ annotations, event }) => ({ annotations, type: (event as Members)['type'] }));
  }

  /**
   * What must not change when nothing new is heard: everything but how often, and when, it was heard. The state also has the claims
   * that are not shown, so its digest may change.
   */
  function lasting({ body }: Answer<Task>): Members {
    const { version, updated, state_digest, ...rest } = body;
    expect(version).toBeGreaterThan(0);
    expect(updated).toMatch(/Z$/);
    expect(state_digest).toMatch(/^[0-9a-f]{64}$/);
    return rest;
  }

  it('tracks the first sample to a finished task with one failed subtask', async () => {
    const { body } = await task(FIRST_ID, await send(first));
    expect(body).toMatchObject({
      task_id: FIRST_ID,
      kind: 'workflow',
      status: 'finished',
      error_code: 0,
      outcome: 'partially-failed',
      confirmation: 'unconfirmed',
      contradicted: false,
    });
    const failed = body.subtasks.filter((subtask) => subtask['status'] === 'failed');
    expect(failed).toMatchObject([{ kind: 'AnimatedGraphics', definition: '20000', error_code: 30010 }]);
    expect(body.subtasks).toHaveLength(4);
  });

  it('says with every answer how fresh it is', async () => {
    const { headers } = await eventually(async () => {
      const answer = await get('/v1/tasks?limit=1');
      return /^\d+$/.test(answer.headers.get('ledger-lag-ms') ?? '') ? answer : null;
    });
    expect(headers.get('ledger-position')).toMatch(/^p1\.[a-z0-9]{12}\.1\.1\.\d+(-\d+){11}\.[0-9a-f]{8}$/);
  });

  it('tracks the second sample, the answer of an API in its wrapper', async () => {
    const { body } = await task(SECOND_ID, await send(second));
    expect(body).toMatchObject({ status: 'finished', outcome: 'succeeded', session_id: null });
  });

  it('changes nothing but the timeline when each fact of the first sample is sent again in any order', async () => {
    const before = await task(FIRST_ID, await send(first));
    const shown = (await history(FIRST_ID)).length;
    const whole = JSON.parse(first) as { WorkflowTaskEvent: { MediaProcessResultSet: unknown[]; MetaData: unknown } };
    const { MediaProcessResultSet: results, MetaData, ...event } = whole.WorkflowTaskEvent;
    const facts = [
      ...results.map((result) => ({ ...event, MediaProcessResultSet: [result] })),
      { ...event, MetaData },
      { ...event, MetaData, MediaProcessResultSet: [...results].reverse() },
    ];
    const receipts: string[] = [];
    for (const fact of facts.reverse())
      receipts.push(await send(JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: fact })));
    const after = await task(FIRST_ID, receipts.at(-1) ?? '');
    expect(lasting(after)).toEqual(lasting(before));
    expect(after.body.version).toBeGreaterThan(before.body.version);
    const repeated = (await history(FIRST_ID)).slice(shown);
    // A FINISH that lists other subtasks is another fact.
    const facted = repeated.filter((item) => !/^mps\.(notification|task)\./.test(String(item['type'])));
    expect(facted.length).toBeGreaterThan(results.length);
    for (const item of facted) expect(item['annotations']).toEqual(['duplicate']);
  });

  it('keeps a late PROCESSING from undoing a FINISH, and says so on the timeline', async () => {
    const late = first.replace('"Status":"FINISH"', '"Status":"PROCESSING"');
    const before = await task(FIRST_ID, await send(first));
    const after = await task(FIRST_ID, await send(late));
    expect(lasting(after)).toEqual(lasting(before));
    const started = (await history(FIRST_ID)).find((item) => item['type'] === 'mps.task.started');
    expect(started?.['annotations']).toEqual(expect.arrayContaining(['late', 'reopened']));
  });

  it('says of every receipt what became of it', async () => {
    const receipt = await send(JSON.stringify({ EventType: 'SomethingNew', Body: { a: 1 } }));
    const found = await eventually(async () => {
      const answer = await get(`/v1/notifications/${receipt}`);
      return answer.body['state'] === 'derived' ? answer.body : null;
    });
    expect(found).toMatchObject({ kind: 'unknown', task_id: null, reason: 'event-type-not-interpreted' });
    const listed = await items('/v1/notifications?kind=unknown');
    expect(listed.map((item) => item['notification_id'])).toContain(found['notification_id']);
  });

  it('has everything that was acknowledged after the process was killed', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `killed-${n}`);
    const receipts = new Map<string, string>();
    await Promise.all(ids.map(async (id) => receipts.set(id, await send(first.replace(FIRST_ID, id)))));
    program.signal('SIGKILL');
    await program.ended;
    program = start({ API_PORT: new URL(api).port, CALLBACK_PORT: new URL(callbacks).port });
    await ready();
    for (const [id, receipt] of receipts)
      expect((await task(id, receipt)).body).toMatchObject({ status: 'finished', outcome: 'partially-failed' });
  }, 180_000);
});
