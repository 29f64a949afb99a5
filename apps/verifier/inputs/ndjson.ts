import { createReadStream, statSync } from 'node:fs';
import { UsageError } from '@mps-ledger/platform';

/** One line of a file. */
export interface Line {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Bytes of a line. */
const LONGEST_LINE = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a file of JSON objects, one a line, as a stream. Empty lines are passed over. Only a line feed ends a line: JSON
 * may hold U+2028.
 * @throws UsageError where there is no such file, or a line is no JSON object: named as `file:line`.
 */
export async function* readObjects(file: string): AsyncGenerator<Line> {
  refuseUnreadable(file);
  let number = 0;
  for await (const bytes of lines(file)) {
    number += 1;
    const text = textOf(bytes, file, number).trim();
    if (text !== '') yield { file, number, value: objectOf(text, file, number) };
  }
}

function refuseUnreadable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`There is no file ${file}.`);
  if (found.isDirectory()) throw new UsageError(`${file} is a folder; a file of JSON lines is needed.`);
}

async function* lines(file: string): AsyncGenerator<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks(file)) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      parts.push(chunk.subarray(from, at));
      yield Buffer.concat(parts.splice(0));
      length = 0;
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw new UsageError(`${file} has a line of more than ${LONGEST_LINE} bytes.`);
  }
  if (length > 0) yield Buffer.concat(parts);
}

async function* chunks(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Buffer;
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function textOf(bytes: Buffer, file: string, number: number): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new UsageError(`${file}:${number} is not UTF-8.`);
  }
}

function objectOf(text: string, file: string, number: number): Line['value'] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line['value'];
  } catch (error) {
    throw new UsageError(`${file}:${number} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  throw new UsageError(`${file}:${number} is not a JSON object.`);
}

/** Says what a line must have; thrown as it is. */
export function wrongLine({ file, number }: Line, what: string): UsageError {
  return new UsageError(`${file}:${number} ${what}`);
}
