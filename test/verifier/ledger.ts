import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { isGenesis, makePostgresLog, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { projectionSchema as schema, readModelIn } from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { TOPICS } from '@mps-ledger/records';
import { catchUp } from '../../apps/verifier/catching-up';
import { startStandalone } from '../standalone/process';

const SAMPLES = join(process.cwd(), 'test/fixtures/mps');

/** A line of a journal. */
export interface Sent {
  readonly seq: number;
  readonly task_id: string | null;
  readonly sha256: string;
  readonly status: number;
  readonly receipt: string | null;
}

export interface Filled {
  readonly journal: readonly Sent[];
  /** As the API answers them, which is what a truth says, too. */
  readonly tasks: readonly Readonly<Record<string, unknown>>[];
}

/** All samples, some lives of tasks in disorder and with repeats, and what is no notification. */
function bodies(): readonly string[] {
  const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.json'));
  const lives = Array.from({ length: 8 }, (_, n) => [
    workflow(n, 'FINISH', ['SUCCESS', n % 2 === 0 ? 'FAIL' : 'SUCCESS']),
    workflow(n, 'WAITING', []),
    workflow(n, 'PROCESSING', ['SUCCESS', 'PROCESSING']),
    workflow(n, 'FINISH', ['SUCCESS', n % 2 === 0 ? 'FAIL' : 'SUCCESS']),
  ]);
  const live = [
    subtitles({ SteadyState: false }),
    JSON.stringify({ NotificationType: 'ProcessEof', TaskId: 'live-1', ProcessEofInfo: { ErrCode: 0 } }),
    subtitles({ SteadyState: true, EndPTSTime: 100 }),
  ];
  const odd = [
    workflow(9, 'FINISH', ['SUCCESS']).replace('s-9', REFUSED),
    'no JSON at all',
    '[1, 2]',
    '{"EventType":"SomethingNew"}',
    JSON.stringify({ EventType: 'BatchTask' }),
  ];
  return [...samples.map((name) => readFileSync(join(SAMPLES, name), 'utf8')), ...lives.flat(), ...live, ...odd];
}

/** A session that the database is made to refuse: what names it is parked. */
const REFUSED = 'refused-by-the-database';

/** Ten subtitles of a live stream. */
function subtitles(members: object): string {
  const SmartSubtitleResult = Array.from({ length: 10 }, (_, n) => ({
    ...{ Text: `字幕 ${n}`, StartPTSTime: n, EndPTSTime: n + 0.5 },
    ...members,
  }));
  const AiSmartSubtitleResultInfo = { SmartSubtitleResult };
  return JSON.stringify({ NotificationType: 'AiSmartSubtitleResult', TaskId: 'live-1', AiSmartSubtitleResultInfo });
}

function workflow(n: number, status: string, subtasks: readonly string[]): string {
  const MediaProcessResultSet = subtasks.map((word, index) => ({
    Type: 'Transcode',
    TranscodeTask: {
      ...{ Status: word, ErrCode: word === 'FAIL' ? 30010 : 0, Message: word === 'FAIL' ? 'broken \u2028 \u0000' : '' },
      Input: { Definition: 100 + index },
    },
  }));
  const WorkflowTaskEvent = {
    TaskId: `任务-${n}`,
    Status: status,
    ErrCode: 0,
    MediaProcessResultSet,
  };
  return JSON.stringify({ EventType: 'WorkflowTask', SessionId: `s-${n}`, WorkflowTaskEvent });
}

/**
 * Lets the standalone program fill a database, as users run it; some records are on the logs twice, as may be, and one is
 * parked. When it has ended, everything is applied.
 */
export async function fillLedger(url: string, env: Readonly<Record<string, string>> = {}): Promise<Filled> {
  const program = startStandalone({
    env: { DATABASE_URL: url, LOG_LEVEL: 'warn', LEDGER_PARTITIONS: '3', SHUTDOWN_DELAY_MS: '0', ...env },
  });
  const { api, callbacks } = await program.greeting();
  // Of the events of that notification, all but notification.received, which names the session, too.
  const isFine = `data NOT LIKE '%${REFUSED}%' OR type = 'notification.received'`;
  await onDatabase(url, `ALTER TABLE ${schema}.history ADD CONSTRAINT planted CHECK (${isFine})`);
  const journal: Sent[] = [];
  for (const body of bodies()) journal.push(await send(callbacks, body, journal.length + 1));
  const log = makePostgresLog({ url });
  try {
    await caughtUp(url, log);
    await repeatRecords(log);
    await caughtUp(url, log);
    const tasks = await tasksOf(api);
    program.signal('SIGTERM');
    await program.ended;
    return { journal, tasks };
  } finally {
    await log.close();
  }
}

async function onDatabase(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function send(to: string, body: string, seq: number): Promise<Sent> {
  const answer = await fetch(to, { method: 'POST', body });
  await answer.arrayBuffer();
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { seq, task_id: null, sha256, status: answer.status, receipt: answer.headers.get('ledger-receipt') };
}

export async function caughtUp(url: string, log: EventLog): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await catchUp({
      model: readModelIn(schema, pool),
      log,
      waitMs: 60_000,
      onWaiting: () => undefined,
      signal: new AbortController().signal,
    });
  } finally {
    await pool.end();
  }
}

/** Events are redelivered, and a raw record is appended again, as where an answer got lost. */
async function repeatRecords(log: EventLog): Promise<void> {
  for (const topic of [TOPICS.events, TOPICS.raw]) {
    for (const partition of [0, 1, 2]) {
      const records = (await recordsIn(log, topic, partition)).filter((record) => !isGenesis(record));
      const repeated = records.slice(0, topic === TOPICS.events ? 20 : 1);
      if (repeated.length > 0) await log.append(topic, partition, repeated);
    }
  }
}

export async function recordsIn(log: EventLog, topic: string, partition: number): Promise<readonly LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const some of log.read({ topic, partition, from: 0, to: Number.MAX_SAFE_INTEGER })) all.push(...some);
  return all;
}

async function tasksOf(api: string): Promise<Filled['tasks']> {
  return eventually(async () => {
    const list = (await (await fetch(`${api}/v1/tasks?limit=200`)).json()) as { items: { task_id: string }[] };
    const ids = list.items.map(({ task_id: id }) => id);
    const answers = await Promise.all(
      ids.map(async (id) => (await fetch(`${api}/v1/tasks/${encodeURIComponent(id)}`)).json()),
    );
    return answers as Filled['tasks'];
  });
}
