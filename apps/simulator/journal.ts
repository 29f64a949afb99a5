import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openOutput } from './output-file';
import type { Fate } from './sending/deliver';

/** One line of a journal: one send, its repetitions included, written when its fate is known. */
export interface JournalLine {
  /** From 1, in the order of generation: the same send has the same number in every run of the same options to a new file. */
  readonly seq: number;
  readonly task_id: string | null;
  /** Of the exact bytes, hex. */
  readonly sha256: string;
  /** Of the last answer; null where there never was one, so that it is not known whether it was taken. */
  readonly status: number | null;
  readonly receipt: string | null;
}

export interface Journal {
  /** Throws where the file cannot be written any more. */
  readonly write: (line: JournalLine) => void;
  /** Resolves when all of it is in the file. */
  readonly close: () => Promise<void>;
}

export const NO_JOURNAL: Journal = { write: () => undefined, close: () => Promise.resolve() };

/**
 * Appends to the file; resolves when it is open, rejects where it cannot be. Numbers go on where those of earlier runs in
 * the same file end, so that each is there once.
 */
export async function openJournal(file: string): Promise<Journal> {
  const out = openOutput(file, 'a');
  let last = 0;
  for await (const { seq } of readJournal(file)) last = Math.max(last, seq);
  return {
    write: (line) => {
      out.write(`${JSON.stringify({ ...line, seq: last + line.seq })}\n`);
    },
    close: out.close,
  };
}

export function journalLine(seq: number, taskId: string | null, body: Buffer, fate: Fate): JournalLine {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { seq, task_id: taskId, sha256, status: fate.status, receipt: fate.receipt };
}

/** The lines of a journal, one by one. Rejects where one cannot be read. */
export async function* readJournal(file: string): AsyncGenerator<JournalLine> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (text !== '') yield parsed(text, `${file}, line ${number}`);
  }
}

function parsed(text: string, place: string): JournalLine {
  try {
    const line = JSON.parse(text) as Partial<JournalLine>;
    if (typeof line.seq === 'number') return line as JournalLine;
  } catch {
    // Said below, with its place.
  }
  throw new Error(`${place} is no line of a journal`);
}
