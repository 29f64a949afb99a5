import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';
import { setupPostgresLog } from '@mps-ledger/event-log';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';

jest.setTimeout(180_000);

/** Its events take more than one append of the largest size, and more than a projector holds: readers see that it is incomplete. */
const SUBTASKS = 4_500;
const PATH = `/${'x'.repeat(1_000)}`;
const KILLED = { NODE_ENV: 'test' };

interface Seen {
  readonly status: string;
  readonly outcome: string | null;
  readonly incomplete: boolean;
}

/** A FINISH with ErrCode 0 of which only the last subtask failed: half of it reads as another outcome. */
function body(taskId: string): string {
  const subtasks = Array.from({ length: SUBTASKS }, (_, n) => ({
    Type: 'Transcode',
    TranscodeTask: {
      Status: n === SUBTASKS - 1 ? 'FAIL' : 'SUCCESS',
      ErrCode: n === SUBTASKS - 1 ? 70000 : 0,
      Input: { Definition: n },
      Output: { Path: PATH },
    },
  }));
  const event = { TaskId: taskId, Status: 'FINISH', ErrCode: 0, Message: '', MediaProcessResultSet: subtasks };
  return JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: event });
}

describe('a notification larger than a batch, while its programs are killed in the middle of it', () => {
  let database: TestDatabase;
  let ports: readonly number[];
  const running: AppProcess[] = [];
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.url, projectionSchema);
    await setupPostgresLog({
      url: database.url,
      layout: { topics: Object.values(TOPICS), derived: LEDGER_LAYOUT.derived, partitions: 1 },
    });
    ports = await freePorts(5);
  });
  afterAll(async () => {
    for (const one of running) one.signal('SIGTERM');
    await Promise.all(running.map(({ ended }) => ended));
    await database.close();
  });

  const start = (app: string, more: Record<string, string> = {}): AppProcess => {
    const [api, callbacks, ingestHealth, projectorHealth] = ports.map(String) as [string, string, string, string];
    const health = app === 'ingest' ? ingestHealth : projectorHealth;
    const listeners = { API_PORT: api, CALLBACK_PORT: callbacks, HEALTH_PORT: health };
    const settings = { DATABASE_URL: database.url, EVENT_LOG: 'postgres', LOG_LEVEL: 'warn', SHUTDOWN_DELAY_MS: '0' };
    const program = startApp(`apps/${app}/main.js`, { env: { ...listeners, ...settings, ...more } });
    running.push(program);
    return program;
  };
  /** Starts a program that kills itself at a failpoint, and starts it again after that. */
  const startToDie = (app: string, failpoint: string): Promise<AppProcess> => {
    const program = start(app, { ...KILLED, FAILPOINTS: failpoint });
    return program.ended.then(({ signal }) => {
      expect([app, signal]).toEqual([app, 'SIGKILL']);
      return start(app);
    });
  };
  const task = async (id: string, search = '', headers: Record<string, string> = {}): Promise<Seen | null> => {
    const answer = await fetch(`http://127.0.0.1:${ports[0]}/v1/tasks/${id}${search}`, { headers }).catch(() => null);
    return answer?.status === 200 ? ((await answer.json()) as Seen) : null;
  };

  it.each([
    [1, 1],
    [2, 2],
  ])(
    'is never seen half (derive dies after append %d, the projector after transaction %d)',
    async (append, transaction) => {
      // Each event names its task, twice.
      const id = `large-${append}-${'x'.repeat(300)}`;
      if (running.length === 0) start('query');
      const restarted = [
        startToDie('ingest', `derive.after-append=kill@${append}`),
        startToDie('projector', `projector.after-transaction=kill@${transaction}`),
      ];
      await eventually(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${ports[1]}/notify/mps`, {
            method: 'POST',
            body: body(id),
          }).catch(() => null);
          return answer?.status === 200;
        },
        { timeoutMs: 60_000 },
      );
      const waits = eventually(async () => task(id, '?until=finished', { prefer: 'wait=60' }), { timeoutMs: 120_000 });
      const seen: Seen[] = [];
      await eventually(
        async () => {
          const now = await task(id);
          if (now !== null) seen.push(now);
          return now?.status === 'finished' && !now.incomplete;
        },
        {
          timeoutMs: 120_000,
          what: () => `the end of the task: ${running.map((one) => one.stderr().slice(-500)).join('\n')}`,
        },
      );
      expect(await waits).toMatchObject({ status: 'finished', incomplete: false, outcome: 'partially-failed' });
      const outcomes = new Set(seen.filter(({ incomplete }) => incomplete).map(({ outcome }) => outcome));
      expect([...outcomes]).toEqual([null]);
      const whole = seen.filter(({ incomplete }) => !incomplete);
      expect(new Set(whole.map(({ status, outcome }) => `${status} ${String(outcome)}`))).toEqual(
        new Set(['finished partially-failed']),
      );
      for (const program of await Promise.all(restarted)) {
        program.signal('SIGTERM');
        await program.ended;
      }
    },
  );
});
