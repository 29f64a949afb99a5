import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partitionOf, type EventLog } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import { partitionKey, TOPICS } from '@mps-ledger/records';
import { setUp, startPrograms, type Programs } from '../kafka/programs';

type Settings = Readonly<Record<string, string>>;

/** TaskIds that a URL, a shell, a terminal or a table may stumble over. */
export const NAMES = [
  'a',
  'a/b',
  'team-a/a',
  '__proto__',
  '\0 \ud800',
  '‮gpj.txt',
  'x'.repeat(3_000),
  'é',
  'e\u0301',
  '"',
  '-o',
];
export const ACCOUNTS = ['default', 'team-a'];

const PARTITIONS = 3;

/** A ledger as processes, and what an auditor does with it. */
export class AuditedLedger {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mps-ledger-audited-'));
  private programs: Programs | null = null;
  private files = 0;

  constructor(private readonly settings: Settings) {}

  async start(): Promise<void> {
    const settings = { ...this.settings, LEDGER_PARTITIONS: String(PARTITIONS) };
    expect(await setUp(settings)).toMatchObject({ code: 0 });
    this.programs = await startPrograms(settings);
    await Promise.all([this.programs.ingest, this.programs.projector, this.programs.query].map((one) => one.ready()));
  }

  async close(): Promise<void> {
    await this.programs?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string): string {
    this.files += 1;
    return join(this.folder, `${this.files}-${name}`);
  }

  /** Runs a tool of the ledger, with its settings. */
  tool(program: string, ...args: readonly string[]) {
    return run(program, args, this.settings, this.folder);
  }

  /** Folds a file on nothing but the repo: no settings, no database, another folder. */
  fold(...args: readonly string[]) {
    return run('replay/fold', args, {}, this.folder);
  }

  /** The task as the API shows it, once so many notifications about it are applied. */
  async task(account: string, taskId: string, version: number, query = ''): Promise<ShownTask> {
    const url = `${this.programs?.api ?? ''}/v1/tasks/${pathOf(taskId)}?account=${account}${query}`;
    return eventually(
      async () => {
        const answer = await fetch(url);
        const task = (await answer.json()) as ShownTask;
        if (answer.status !== 200 || task.version < version || task.incomplete) throw new Error(JSON.stringify(task));
        return task;
      },
      { timeoutMs: 60_000, what: url },
    );
  }

  /** Appends an event of a task that cannot be applied: it lacks its content type. */
  async appendUnreadable(log: EventLog, account: string, taskId: string): Promise<void> {
    const partition = partitionOf(partitionKey(account, taskId), PARTITIONS);
    const ends = await log.endPositions(TOPICS.events);
    for await (const records of log.read({ topic: TOPICS.events, partition, from: 1, to: ends[partition] ?? 0 })) {
      const found = records.find(({ key }) => key?.equals(Buffer.from(partitionKey(account, taskId))));
      if (found === undefined) continue;
      await log.append(TOPICS.events, partition, [{ key: found.key, value: found.value, headers: {} }]);
      return;
    }
    throw new Error(`there is no event of ${taskId}`);
  }
}

export interface ShownTask {
  readonly version: number;
  readonly parked: number;
  readonly incomplete: boolean;
  readonly contradicted: boolean;
  readonly state_digest: string;
  readonly [member: string]: unknown;
}

/** A lone surrogate as its three bytes, as the contract says. */
function pathOf(taskId: string): string {
  return encodeURIComponent(taskId.replaceAll('\ud800', '@@')).replaceAll('%40%40', '%ED%A0%80');
}

const SAMPLE = JSON.parse(readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json', 'utf8')) as {
  readonly WorkflowTaskEvent: object;
};

/** Notifications about every name: an end, a late report, and another end that contradicts the first. */
export function notifications(names: readonly string[] = NAMES): string {
  const about = (TaskId: string, more: object) =>
    JSON.stringify({ ...SAMPLE, WorkflowTaskEvent: { ...SAMPLE.WorkflowTaskEvent, TaskId, ...more } });
  return names
    .flatMap((name) => [
      about(name, { Status: 'FINISH' }),
      about(name, { Status: 'PROCESSING' }),
      about(name, { Status: 'FINISH', ErrCode: 30010, Message: 'another end' }),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

export interface ToolEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], settings: Settings, cwd: string): Promise<ToolEnd> {
  const env = { PATH: process.env['PATH'], HOME: cwd, LOG_LEVEL: 'warn', ...settings };
  const main = join(process.cwd(), 'dist/apps', program, 'main.js');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env, cwd, maxBuffer: 1e9 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
