import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { peakResidentMib, processTree } from '@mps-ledger/testing';
import { checkSame } from './checks';
import type { Measurement, Stage } from './contract';
import type { Ledger } from './ours';
import type { ManyTasks } from './many-tasks';
import { onDatabase } from './stage';

/** A quarter of the tasks have this session: a million of five. */
const SESSION = 'session-common';
const EXPORT = `/v1/tasks/export?session_id=${SESSION}`;

/** What a client keeps of an export: the tasks that it is sure of, up to the last cursor. */
class Received {
  cursor: string | null = null;
  count = 0;
  twins = 0;
  /** By the number in the TaskId. */
  private readonly seen: Uint8Array;
  private unsure: number[] = [];

  constructor(most: number) {
    this.seen = new Uint8Array(most + 1);
  }

  /** A line, and whether it was the last of the export. */
  take(line: string): void {
    const { task_id, next_cursor } = JSON.parse(line) as { task_id: string; next_cursor?: string | null };
    this.unsure.push(Number(task_id.slice('planted-'.length)));
    if (next_cursor === undefined || next_cursor === null) return;
    this.cursor = next_cursor;
    this.settle();
  }

  /** All that was received stays. */
  settle(): void {
    for (const number of this.unsure.splice(0)) {
      if (this.seen[number] === 1) this.twins += 1;
      this.seen[number] = 1;
      this.count += 1;
    }
  }

  /** The connection broke: what came behind the last cursor comes again. */
  forget(): void {
    this.unsure = [];
  }
}

/** Exports a quarter of the tasks, kills the program in the middle, goes on by the cursor, and compares. */
export async function measureExport(stage: Stage, { ledger, count }: ManyTasks): Promise<readonly Measurement[]> {
  const wanted = await matching(ledger.databaseUrl);
  const received = new Received(count);
  const began = performance.now();
  await readLines(ledger, EXPORT, (line) => {
    received.take(line);
    return received.count < wanted / 2;
  });
  const firstPeak = peak(ledger);
  for (const pid of ledger.pids()) process.kill(pid, 'SIGKILL');
  received.forget();
  await ledger.stop();
  await ledger.start('query');
  const cursor = encodeURIComponent(received.cursor ?? '');
  await readLines(ledger, `/v1/tasks/export?cursor=${cursor}`, (line) => (received.take(line), true));
  received.settle();
  const seconds = (performance.now() - began) / 1000;
  checkSame('tasks exported', received.count, wanted);
  checkSame('tasks exported twice', received.twins, 0);
  const peakRssMb = Math.max(firstPeak, peak(ledger));
  const name = `export of ${wanted.toLocaleString('en-US')} tasks, killed in the middle and continued`;
  stage.tell(`  ${name}: ${seconds.toFixed(1)} s, ${peakRssMb.toFixed(0)} MB`);
  return [{ case: name, unit: 'tasks/s', better: 'more', value: wanted / seconds, peakRssMb }];
}

const peak = (ledger: Ledger): number => peakResidentMib(ledger.pids().flatMap(processTree));

async function matching(url: string): Promise<number> {
  const sql = 'SELECT count(*) AS n FROM tasks_v1.task WHERE session_id = $1';
  return onDatabase(url, async (client) => Number((await client.query<{ n: string }>(sql, [SESSION])).rows[0]?.n));
}

/** Reads lines until there are no more, or no more are wanted; then it breaks the connection. */
async function readLines(ledger: Ledger, path: string, wantsMore: (line: string) => boolean): Promise<void> {
  const request = get({ host: '127.0.0.1', port: ledger.api, path });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  checkSame(`status of ${path.slice(0, 60)}`, answer.statusCode ?? 0, 200);
  let rest = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (!lines.every(wantsMore)) return;
  }
  checkSame('bytes behind the last line of an export', rest.length, 0);
}
