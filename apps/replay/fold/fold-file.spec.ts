import { hash } from 'node:crypto';
import { partitionOf, type LogRecord } from '@mps-ledger/event-log';
import { ExportDamaged, makeExportDigest, selectedHeader, toExportLine, type InputLine } from '@mps-ledger/exports';
import { UsageError } from '@mps-ledger/platform';
import { taskKey } from '@mps-ledger/read-model';
import { eventsOfRecord, partitionKey, stateDigest, toRawRecord } from '@mps-ledger/records';
import { fold, initialState, type TaskEvent } from '@mps-ledger/tasks';
import { foldFile, type TaskOfFile } from './fold-file';

const PARTITIONS = 3;
const identity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: PARTITIONS };
const logged = '2026-11-22T09:00:00.500Z';

/** What one partition received, and the events of it. */
class Written {
  readonly raw: LogRecord[] = [];
  readonly events: LogRecord[] = [];
  readonly facts = new Map<string, TaskEvent[]>();

  hear(account: string, taskId: string, status: string, more: object = {}): void {
    const body = { EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: taskId, Status: status, ...more } };
    const bytes = Buffer.from(JSON.stringify(body));
    const partition = partitionOf(partitionKey(account, taskId), PARTITIONS);
    const record = {
      ...toRawRecord({
        ...{
          id: `n-${this.raw.length}`,
          account,
          source: 's',
          transport: 'callback',
          trust: 'callback-signed' as const,
        },
        ...{ received: logged, sha256: hash('sha256', bytes), taskId, bytes, transportIds: {} },
      }),
      ...{ topic: 'raw', partition, offset: this.raw.length + 1, logged },
    };
    this.raw.push(record);
    for (const derived of eventsOfRecord(record)) {
      this.append(derived.record, partition);
      const key = taskKey(account, taskId).toString('hex');
      this.facts.set(key, [...(this.facts.get(key) ?? []), derived.event]);
    }
  }

  append(record: Pick<LogRecord, 'key' | 'value' | 'headers'>, partition: number): void {
    this.events.push({ ...record, topic: 'events', partition, offset: this.events.length + 1, logged });
  }
}

function linesOf(of: 'events' | 'notifications', records: readonly LogRecord[], partitions = PARTITIONS): string[] {
  const selection = { since: null, until: null };
  const header = selectedHeader({ ...identity, partitions }, new Date(logged), { of, selection });
  const lines = [JSON.stringify(header), ...records.map((record) => toExportLine(record))];
  const digest = makeExportDigest();
  for (const line of lines) digest.add(line);
  return [...lines, JSON.stringify({ mps_ledger_export_end: 2, records: records.length, sha256: digest.hex() })];
}

async function* asInput(lines: readonly string[]): AsyncGenerator<InputLine> {
  for (const [index, line] of lines.entries())
    yield await Promise.resolve({ number: index + 1, bytes: Buffer.from(line), length: line.length, end: 0 });
}

async function folded(lines: readonly string[], { maxBytes = 1_000_000_000, reads = Infinity } = {}) {
  const tasks: TaskOfFile[] = [];
  let left = reads;
  const run = foldFile({ read: () => (left-- > 0 ? asInput(lines) : null), maxBytes, onRecord: () => undefined });
  for (let next = await run.next(); ; next = await run.next()) {
    if (next.done === true) return { tasks, counts: next.value, passes: reads - left };
    tasks.push(next.value);
  }
}

const HOSTILE = ['a', 'a/b', '__proto__', '', ' ', '\0\ud800', '‮txt', 'team-a/a', 'x'.repeat(10_000), 'é', 'é'];

function hostile(): Written {
  const written = new Written();
  for (const account of ['default', 'team-a'])
    for (const taskId of HOSTILE.filter((name) => name !== '')) {
      written.hear(account, taskId, 'FINISH', { ErrCode: 0, Message: account });
      written.hear(account, taskId, 'PROCESSING');
      written.hear(account, taskId, 'FINISH', { ErrCode: 30010, Message: 'another end', MetaData: { Width: 1 } });
    }
  return written;
}

const digestsOf = (tasks: readonly TaskOfFile[]) => tasks.map(({ key, view }) => [key, view.state_digest]);
const expectedOf = ({ facts }: Written) =>
  [...facts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, events]) => [key, stateDigest(fold(initialState, events))]);

describe('a folded file', () => {
  it('has the states of its tasks, of any account and name, late and contradicting reports included', async () => {
    const written = hostile();
    const { tasks, counts } = await folded(linesOf('events', written.events));
    expect(digestsOf(tasks)).toEqual(expectedOf(written));
    expect(counts).toEqual({ records: written.events.length, of_no_task: 0 });
    const named = tasks.find(({ view }) => view.task_id === '\0\ud800' && view.account === 'team-a');
    expect(named?.view).toMatchObject({ version: 3, parked: 0, incomplete: false, state: { contradicted: true } });
  });

  it('is the same of the notifications, of which the events are derived', async () => {
    const written = hostile();
    const ofEvents = await folded(linesOf('events', written.events));
    expect((await folded(linesOf('notifications', written.raw))).tasks).toEqual(ofEvents.tasks);
  });

  it('counts what cannot be applied as parked, and what is of no task, or in the partition of another, as that', async () => {
    const written = new Written();
    written.hear('default', 'a', 'FINISH', { ErrCode: 0 });
    const [finished] = written.events;
    const { partition } = finished!;
    written.append({ ...finished!, headers: {} }, partition);
    written.append({ ...finished! }, (partition + 1) % PARTITIONS);
    written.append({ key: null, value: Buffer.from('no event'), headers: {} }, partition);
    const { tasks, counts } = await folded(linesOf('events', written.events));
    expect(digestsOf(tasks)).toEqual(expectedOf(written));
    expect(tasks[0]?.view).toMatchObject({ parked: 1, version: 1 });
    expect(counts.of_no_task).toBe(2);
  });

  it('counts a notification that is on the log twice once, and one whose end is missing as incomplete', async () => {
    const written = new Written();
    written.hear('default', 'a', 'FINISH', { ErrCode: 0 });
    for (const record of [...written.events]) written.append(record, record.partition);
    expect((await folded(linesOf('events', written.events))).tasks[0]?.view).toMatchObject({ version: 1 });
    const half = await folded(linesOf('events', written.events.slice(0, 1)));
    expect(half.tasks[0]?.view).toMatchObject({ version: 0, incomplete: true });
  });

  it('is the same where few tasks are held at once: the file is read again for the others', async () => {
    const written = hostile();
    const lines = linesOf('events', written.events);
    const whole = await folded(lines, { reads: 1 });
    const { tasks, counts, passes } = await folded(lines, { maxBytes: 20_000, reads: 1_000 });
    expect([tasks, counts]).toEqual([whole.tasks, whole.counts]);
    expect(passes).toBeGreaterThan(2);
    await expect(folded(lines, { maxBytes: 20_000, reads: 1 })).rejects.toThrow(UsageError);
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    ['empty', () => [], 'it has no header'],
    ['no export', () => ['{"a":1}'], 'line 1 is not the header of an export that this build reads'],
    ['no JSON', () => ['hello'], 'line 1 is not the header'],
    [
      'of a later version',
      (lines) => lines.map((line) => line.replace('"mps_ledger_export":2', '"mps_ledger_export":9')),
      'line 1 is not the header',
    ],
    ['cut off', (lines) => lines.slice(0, -1), 'its end is missing after 66 records: the export was cut off'],
    ['cut within a line', (lines) => [...lines.slice(0, 3), lines[3]!.slice(0, 30)], 'line 4 is no record of the log'],
    ['changed', (lines) => lines.map((line) => line.replaceAll('FINISH', 'FINISHED')), 'digest'],
    [
      'without a record',
      (lines) => lines.filter((_, at) => at !== 4),
      'it has 65 records, and its end (line 67) says 66',
    ],
  ])('is refused where the file is %s', async (_, change, message) => {
    const written = new Written();
    for (let n = 0; n < 33; n += 1) written.hear('default', `t-${n}`, 'FINISH', { ErrCode: 0 });
    const work = folded(change(linesOf('events', written.events)));
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toThrow(ExportDamaged);
  });
});
