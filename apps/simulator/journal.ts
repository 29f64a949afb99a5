import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openOutput } from './output-file';
import type { SendResult } from './sending/deliver';
import { asReceived, type Way } from './sending/via';

/** One line of a journal: one send with its repetitions, written when the result is known. */
export interface JournalLine {
  /** From 1, in the order of generation. With the same options and a new file, a send has the same number in every run. */
  readonly seq: number;
  readonly task_id: string | null;
  /** SHA-256 of the exact bytes that the ledger receives, hex: of the push of a topic, else of the notification. */
  readonly sha256: string;
  /** The status of the last answer; null if there was none, so that it is unknown whether the notification was accepted. */
  readonly status: number | null;
  readonly receipt: string | null;
  /** The way it went, where that gives no receipts: `cmq`, `sqs`, `file`. */
  readonly via?: Way;
}

export interface Journal {
  /** Throws if the file cannot be written. */
  readonly write: (line: JournalLine) => void;
  /** Resolves when everything is in the file. */
  readonly close: () => Promise<void>;
}

export const NO_JOURNAL: Journal = { write: () => undefined, close: () => Promise.resolve() };

/**
 * Opens a journal for appending; rejects if that fails. Numbers continue after those of earlier runs in the same file, so that each
 * number is unique.
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

export function journalLine(
  seq: number,
  taskId: string | null,
  body: Buffer,
  fate: SendResult,
  via: Way = 'http',
): JournalLine {
  const sha256 = createHash('sha256').update(asReceived(via, body)).digest('hex');
  const line = { seq, task_id: taskId, sha256, status: fate.status, receipt: fate.receipt };
  return GIVES_RECEIPTS.has(via) ? line : { ...line, via };
}

const GIVES_RECEIPTS: ReadonlySet<Way> = new Set(['http', 'topic']);

/** Reads a journal line by line. Rejects if a line cannot be read. */
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
    // Reported below, with the line's number.
  }
  throw new Error(`${place} is no line of a journal`);
}
