import { type Input, BEGINNING, type RunDisplay } from '@mps-ledger/exports';
import { cursorPath, readCursor, writeCursor, type ImportProgress, type ImportSubject } from './import-cursor';

/** Remembers beside the file how far its import is. */
export interface CursorKeeper {
  /** Where to begin; null: at the first line. */
  readonly resumed: ImportProgress | null;
  /** Stores the progress now and then. */
  readonly keep: (progress: ImportProgress) => void;
  /** Stores the last progress. */
  readonly end: () => void;
}

export interface CursorKeeperOptions {
  readonly input: Input;
  readonly subject: Omit<ImportSubject, 'file'>;
  /** Do not look at what is there. */
  readonly restart: boolean;
  readonly display: RunDisplay;
}

/** After a kill so many lines and so much time may be imported a second time, beside those in flight. */
const EVERY_LINES = 1_000;
const EVERY_MS = 250;

/** Finds the import cursor of an input and says where the import begins. Standard input has none. */
export function makeCursorKeeper(options: CursorKeeperOptions): CursorKeeper {
  const { input, subject, display } = options;
  if (input.file === null) return { resumed: null, keep: () => undefined, end: () => undefined };
  const { path, identity } = input.file;
  const whole = { ...subject, file: identity };
  return { resumed: find(path, whole, options), ...makeWriter(path, whole, display) };
}

function find(path: string, subject: ImportSubject, { restart, display }: CursorKeeperOptions): ImportProgress | null {
  if (restart) return null;
  const cursor = readCursor(path, subject);
  if (cursor.found === 'other')
    display.say(`${cursorPath(path)} is ignored: ${cursor.why}. Beginning at the first line.`, { cursor: 'ignored' });
  if (cursor.found !== 'progress') return null;
  const { line } = cursor.progress.position;
  display.say(`Resuming after line ${line.toLocaleString('en')} of ${path}.`, {
    resumed_after: line,
  });
  return cursor.progress;
}

function makeWriter(path: string, subject: ImportSubject, display: RunDisplay): Omit<CursorKeeper, 'resumed'> {
  const stored = { line: BEGINNING.line, at: performance.now() };
  let last: ImportProgress | null = null;
  let isWritable = true;
  const write = (): void => {
    if (last === null || !isWritable) return;
    Object.assign(stored, { line: last.position.line, at: performance.now() });
    try {
      writeCursor(path, subject, last);
    } catch (error) {
      isWritable = false;
      const why = error instanceof Error ? error.message : String(error);
      display.say(`This import cannot be resumed: ${cursorPath(path)} cannot be written (${why}).`, { cursor: 'none' });
    }
  };
  return {
    keep(progress) {
      last = progress;
      const isDue = progress.position.line - stored.line >= EVERY_LINES || performance.now() - stored.at >= EVERY_MS;
      if (isDue) write();
    },
    end: write,
  };
}
