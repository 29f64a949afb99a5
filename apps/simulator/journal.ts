import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Fate } from './sending/deliver';

/** One line of a journal: one send, its repetitions included, written when its fate is known. */
export interface JournalLine {
  /** From 1, in the order of generation: the same send has the same number in every run of the same options. */
  readonly seq: number;
  readonly task_id: string | null;
  /** Of the exact bytes, hex. */
  readonly sha256: string;
  /** Of the last answer; null where there never was one, so that it is not known whether it was taken. */
  readonly status: number | null;
  readonly receipt: string | null;
}

export interface Journal {
  readonly write: (line: JournalLine) => void;
  /** Resolves when all of it is in the file. */
  readonly close: () => Promise<void>;
}

export const NO_JOURNAL: Journal = { write: () => undefined, close: () => Promise.resolve() };

/** Appends to the file. */
export function makeJournal(file: string): Journal {
  const out = createWriteStream(file, { flags: 'a' });
  return {
    write: (line) => void out.write(`${JSON.stringify(line)}\n`),
    close: async () => {
      await once(out.end(), 'close');
    },
  };
}

export function journalLine(seq: number, taskId: string | null, body: Buffer, fate: Fate): JournalLine {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { seq, task_id: taskId, sha256, status: fate.status, receipt: fate.receipt };
}

/** Calls back with every receipt in a journal of an earlier run. */
export async function readReceipts(file: string, onReceipt: (receipt: string) => void): Promise<void> {
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (text === '') continue;
    const { receipt } = JSON.parse(text) as Partial<JournalLine>;
    if (typeof receipt === 'string') onReceipt(receipt);
  }
}
