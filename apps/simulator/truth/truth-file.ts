import { closeSync, createReadStream, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openOutput } from '../output-file';
import type { TruthLine } from './truth-line';

/** Collects the truth of tasks and writes it to a file sorted by task id. */
export interface TruthFile {
  readonly add: (line: TruthLine) => void;
  /** Writes the file and moves it to its place; returns the number of tasks in it. */
  readonly finish: () => Promise<number>;
}

interface Place {
  readonly taskId: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Creates a truth file. Until the end, lines are in a file beside it (`FILE.part`), since a long run has more lines than fit into
 * memory; only their positions are in memory.
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

/** Reads a truth file line by line. Rejects if a line cannot be read. */
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
    // Reported below, with the line's number.
  }
  throw new Error(`${file}, line ${number} is no line of a truth file`);
}
