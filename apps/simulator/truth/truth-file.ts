import { closeSync, createReadStream, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openOutput } from '../output-file';
import type { TruthLine } from './truth-line';

/** Takes down the truth of one task after another, and leaves them in a file sorted by task id. */
export interface TruthFile {
  readonly add: (line: TruthLine) => void;
  /** Writes the whole file and puts it in its place; answers how many tasks are in it. */
  readonly finish: () => Promise<number>;
}

interface Place {
  readonly taskId: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Lines are kept on disk beside the file (`FILE.part`) until the end: a long run has more of them than fit into memory, of
 * which only their places stay.
 */
export function makeTruthFile(file: string): TruthFile {
  const part = `${file}.part`;
  const out = openOutput(part, 'w');
  const places: Place[] = [];
  let end = 0;
  return {
    add: (line) => {
      const text = Buffer.from(`${JSON.stringify(line)}\n`);
      places.push({ taskId: line.task_id, offset: end, length: text.length });
      end += text.length;
      out.write(text);
    },
    finish: async () => {
      await out.close();
      places.sort((a, b) => (a.taskId < b.taskId ? -1 : a.taskId > b.taskId ? 1 : 0));
      await writeSorted(part, `${file}.new`, places);
      renameSync(`${file}.new`, file);
      rmSync(part);
      return places.length;
    },
  };
}

async function writeSorted(from: string, to: string, places: readonly Place[]): Promise<void> {
  const source = openSync(from, 'r');
  const out = openOutput(to, 'w');
  for (const { offset, length } of places) {
    const line = Buffer.alloc(length);
    readSync(source, line, 0, length, offset);
    out.write(line);
    await out.drained();
  }
  closeSync(source);
  await out.close();
}

/** The lines of a truth file, one by one. Rejects where one cannot be read. */
export async function* readTruthFile(file: string): AsyncGenerator<TruthLine> {
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (text !== '') yield parsed(text, file, number);
  }
}

function parsed(text: string, file: string, number: number): TruthLine {
  try {
    const line = JSON.parse(text) as TruthLine;
    if (typeof line.task_id === 'string') return line;
  } catch {
    // Said below, with its place.
  }
  throw new Error(`${file}, line ${number} is no line of a truth file`);
}
