import { ExportReader, type InputLine } from '@mps-ledger/exports';
import { UsageError } from '@mps-ledger/platform';
import { taskKey } from '@mps-ledger/read-model';
import { TaskOfExport, type FoldedView, type RecordOfTask } from './task-of-export';
import { recordsOfLine } from './records-of-line';

export interface FoldFileOptions {
  /** The lines of the file, each time from its beginning; null after the first time where they cannot be read again. */
  readonly read: () => AsyncIterable<InputLine> | null;
  /** Bytes of records whose tasks are held at once; a single task may have more. */
  readonly maxBytes: number;
  /** Called with each record that is read. */
  readonly onRecord: () => void;
}

/** A task of a file, with its key in hex. */
export interface TaskOfFile {
  readonly key: string;
  readonly view: FoldedView;
}

/** What was read. */
export interface FileCounts {
  readonly records: number;
  /** Records of no task, or in a partition that is not their task's: of no state. */
  readonly of_no_task: number;
}

/**
 * Folds an export; yields its tasks by rising key. Where they are too many to be held at once, the file is read again for the rest. Nothing
 * is yielded before the file was read completely. Rejects with `ExportDamaged` where it is damaged.
 */
export async function* foldFile({ read, maxBytes, onRecord }: FoldFileOptions): AsyncGenerator<TaskOfFile, FileCounts> {
  let counts: FileCounts | null = null;
  for (let low: string | null = ''; low !== null;) {
    const lines = read();
    if (lines === null)
      throw new UsageError(
        'The tasks do not fit in memory at once, and standard input is read once only: give a file.',
      );
    const pass: Pass = new Pass(low, maxBytes);
    const passed = await readInto(pass, lines, onRecord);
    counts ??= passed;
    yield* pass.inOrder();
    low = pass.high;
  }
  return counts ?? { records: 0, of_no_task: 0 };
}

async function readInto(pass: Pass, lines: AsyncIterable<InputLine>, onRecord: () => void): Promise<FileCounts> {
  const reader = new ExportReader(false);
  let ofNoTask = 0;
  for await (const line of lines) {
    const record = reader.read(line);
    if (record === null || reader.header === null) continue;
    onRecord();
    for (const one of recordsOfLine(record, reader.header)) {
      if (one === null) ofNoTask += 1;
      else pass.add(one, line.length);
    }
  }
  reader.end();
  return { records: reader.records, of_no_task: ofNoTask };
}

/** The tasks from one key on, up to another: as many as may be held. */
class Pass {
  /** Tasks from this key on are left to the next pass; null: none are. */
  high: string | null = null;
  private readonly tasks = new Map<string, { readonly task: TaskOfExport; bytes: number }>();
  private bytes = 0;

  constructor(
    private readonly low: string,
    private readonly maxBytes: number,
  ) {}

  add(record: RecordOfTask, bytes: number): void {
    const { account, taskId } = record;
    const key = taskKey(account, taskId).toString('hex');
    if (key < this.low || (this.high !== null && key >= this.high)) return;
    const held = this.tasks.get(key) ?? { task: new TaskOfExport(account, taskId), bytes: 0 };
    this.tasks.set(key, held);
    held.task.add(record);
    held.bytes += bytes;
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) this.halve();
  }

  *inOrder(): Generator<TaskOfFile> {
    for (const [key, { task }] of this.sorted()) {
      this.tasks.delete(key);
      yield { key, view: task.view() };
    }
  }

  /** Leaves the upper half of the tasks to the next pass. */
  private halve(): void {
    const sorted = this.sorted();
    const upper = sorted.slice(Math.max(1, sorted.length >> 1));
    this.high = upper[0]?.[0] ?? this.high;
    for (const [key, { bytes }] of upper) {
      this.tasks.delete(key);
      this.bytes -= bytes;
    }
  }

  private sorted() {
    return [...this.tasks].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
