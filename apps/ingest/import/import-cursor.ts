import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import type { FileIdentity, LinePosition } from '@mps-ledger/exports';

/** What was counted up to a line. */
export interface LineCounts {
  readonly imported: number;
  readonly empty: number;
  /** Bad lines by reason. */
  readonly bad: Readonly<Record<string, number>>;
}

export const NO_LINES: LineCounts = { imported: 0, empty: 0, bad: {} };

/** How far the import of a file is: everything up to the line is on the log. */
export interface ImportProgress {
  readonly position: LinePosition;
  readonly counts: LineCounts;
}

/** What an import cursor belongs to: another file, log, account or source begins at the first line. */
export interface ImportSubject {
  readonly file: FileIdentity;
  readonly logId: string;
  readonly logGeneration: number;
  readonly account: string;
  readonly source: string;
}

/** What was found beside a file. `none`: nothing. `other`: a cursor that does not belong to this import, and why. */
export type FoundCursor =
  | { readonly found: 'none' }
  | { readonly found: 'other'; readonly why: string }
  | { readonly found: 'progress'; readonly progress: ImportProgress };

const FORMAT = 1;

/** The path of the import cursor of a file. */
export const cursorPath = (file: string): string => `${file}.mps-import.json`;

/** Reads the import cursor of a file; never throws. */
export function readCursor(file: string, subject: ImportSubject): FoundCursor {
  let text: string;
  try {
    text = readFileSync(cursorPath(file), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { found: 'none' } : { found: 'other', why: `it cannot be read (${message})` };
  }
  const cursor = parsed(text);
  if (cursor === null) return { found: 'other', why: 'it is damaged, or of another version' };
  const { size, modified, beginning } = cursor.subject.file;
  const { file: now, ...rest } = subject;
  if (size !== now.size || modified !== now.modified || beginning !== now.beginning)
    return { found: 'other', why: 'the file has changed since, or is another one' };
  for (const [name, value] of Object.entries(rest))
    if (cursor.subject[name as keyof typeof rest] !== value)
      return { found: 'other', why: `it was imported into another ${WORDS[name as keyof typeof rest]}` };
  return { found: 'progress', progress: cursor.progress };
}

/** Replaces the import cursor of a file in one step, so that a process that is killed leaves the old or the new one. */
export function writeCursor(file: string, subject: ImportSubject, progress: ImportProgress): void {
  const path = cursorPath(file);
  const partial = `${path}.${process.pid}.partial`;
  const cursor = { format: FORMAT, subject, progress };
  try {
    writeFileSync(partial, `${JSON.stringify({ ...cursor, check: checkOf(cursor) })}\n`, { mode: 0o600 });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

const WORDS = {
  logId: 'log',
  logGeneration: 'generation of the log',
  account: 'account',
  source: 'source',
} as const;

interface StoredCursor {
  readonly format: number;
  readonly subject: ImportSubject;
  readonly progress: ImportProgress;
}

const checkOf = (cursor: StoredCursor): string => hash('sha256', JSON.stringify(cursor));

/** Null unless this build wrote it and nobody changed it. */
function parsed(text: string): StoredCursor | null {
  try {
    const { check, ...cursor } = JSON.parse(text) as StoredCursor & { readonly check: string };
    return cursor.format === FORMAT && checkOf(cursor) === check ? cursor : null;
  } catch {
    return null;
  }
}
