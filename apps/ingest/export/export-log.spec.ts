import { ExportReader, type RecordOfExport } from '@mps-ledger/exports';
import { UsageError } from '@mps-ledger/platform';
import { TwoLogs } from '../testing/two-logs';
import { readExportArguments } from './arguments';
import { exportLog } from './export-log';

const identity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: 1 };
const NOW = new Date('2026-11-22T10:00:00.000Z');
const notification = (taskId: string, status: string) => ({
  EventType: 'WorkflowTask',
  WorkflowTaskEvent: { TaskId: taskId, Status: status },
});

/** A log with notifications of two tasks, derived, and one that is not. */
function filled(): TwoLogs {
  const logs = new TwoLogs();
  for (const [id, task, status] of [
    ['n-1', 'a', 'PROCESSING'],
    ['n-2', 'b', 'PROCESSING'],
    ['n-3', 'a', 'FINISH'],
  ] as const)
    logs.derive(logs.receive(id, notification(task, status)));
  logs.receive('n-4', notification('a', 'FINISH'));
  return logs;
}

async function exported(logs: TwoLogs, ...words: readonly string[]) {
  const { selected } = readExportArguments(words);
  let text = '';
  const options = { log: logs.log, identity, selected, now: NOW, signal: new AbortController().signal };
  for await (const piece of exportLog({ ...options, onProgress: () => undefined })) text += piece;
  const lines = text.trimEnd().split('\n');
  const reader = new ExportReader(false);
  const records: RecordOfExport[] = [];
  for (const [index, line] of lines.entries()) {
    const record = reader.read({ number: index + 1, bytes: Buffer.from(line), length: line.length, end: 0 });
    if (record !== null) records.push(record);
  }
  return { header: reader.end(), records, lines };
}

const valuesOf = (records: readonly RecordOfExport[]) =>
  records.map(({ value }) => JSON.parse(value?.toString() ?? 'null') as { subject?: string; type?: string });

describe('an export of a selection', () => {
  it('has the events of one task exactly as on the log, each with its position', async () => {
    const logs = filled();
    const { header, records, lines } = await exported(logs, '--task', 'a');
    expect(header).toMatchObject({
      mps_ledger_export: 2,
      of: 'events',
      selection: { task_id: 'a', account: 'default' },
    });
    expect(valuesOf(records).map(({ type, subject }) => [type, subject])).toEqual([
      ['mps.task.started', 'a'],
      ['mps.notification.received', 'a'],
      ['mps.task.finished', 'a'],
      ['mps.notification.received', 'a'],
    ]);
    for (const { offset, key, value, headers } of records) expect({ key, value, headers }).toEqual(logs.events[offset]);
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ position: 'e1.abcdefghijkl.1.1.0.1', partition: 0, offset: 1 });
  });

  it('has the notifications of one task with --raw, also those that are not derived yet', async () => {
    const { records } = await exported(filled(), '--task', 'a', '--raw');
    expect(records.map(({ key }) => key?.toString())).toEqual(['n-1', 'n-3', 'n-4']);
  });

  it('has an event that cannot be applied, where it says whose it is', async () => {
    const logs = filled();
    const [, started] = logs.events;
    logs.events.push({ ...started!, headers: {} });
    const { records } = await exported(logs, '--task', 'a');
    expect(records.map(({ offset }) => offset)).toEqual([1, 2, 5, 6, 7]);
  });

  it('has nothing of a task of another account, or of another spelling', async () => {
    expect((await exported(filled(), '--task', 'a', '--account', 'team-a')).records).toEqual([]);
    expect((await exported(filled(), '--task', 'A')).records).toEqual([]);
  });

  it('has what the log took in a stretch of time: the beginning is in it, the end is not', async () => {
    const all = (await exported(filled(), '--since', '2026-11-22T09:00:00.500Z')).records;
    expect(all).toHaveLength(6);
    expect((await exported(filled(), '--until', '2026-11-22T09:00:00.500Z')).records).toEqual([]);
    expect((await exported(filled(), '--until', '2026-11-22T09:00:00.501Z')).records).toEqual(all);
    expect((await exported(filled(), '--since', '2026-11-22T09:00:00.501Z')).records).toEqual([]);
  });

  it('begins at a position; notifications begin where the events from there on come from', async () => {
    const from = (offset: number) => `p1.abcdefghijkl.1.1.${offset}.00000000`;
    expect((await exported(filled(), '--from', from(4))).records.map(({ offset }) => offset)).toEqual([4, 5, 6]);
    const raw = async (offset: number) =>
      (await exported(filled(), '--from', from(offset), '--raw')).records.map(({ key }) => key?.toString());
    expect(await raw(0)).toEqual(['n-1', 'n-2', 'n-3', 'n-4']);
    expect(await raw(4)).toEqual(['n-2', 'n-3', 'n-4']);
    expect(await raw(7)).toEqual(['n-4']);
  });

  it.each([
    ['p1.zzzzzzzzzzzz.1.1.4.00000000', 'is a position of another log'],
    ['p1.abcdefghijkl.2.1.4.00000000', 'is a position of another log'],
    ['p1.abcdefghijkl.1.1.4-4.00000000', 'is a position of another log'],
    ['p1.abcdefghijkl.1.1.8.00000000', 'is beyond the end of the log: partition 0 ends at 7, the position names 8'],
  ])('is refused from %s', async (position, message) => {
    const work = exported(filled(), '--from', position);
    await expect(work).rejects.toThrow(UsageError);
    await expect(exported(filled(), '--from', position)).rejects.toThrow(message);
  });

  it('is not taken for the whole log, which alone can be restored', async () => {
    const { lines } = await exported(filled(), '--task', 'a', '--raw');
    const reader = new ExportReader(true);
    const first = { number: 1, bytes: Buffer.from(lines[0] ?? ''), length: 1, end: 1 };
    expect(() => reader.read(first)).toThrow(
      'it holds a selection ({"task_id":"a","account":"default"}), not the whole raw log',
    );
  });
});
