import { readCursorKey } from '@mps-ledger/read-model';
import type { Queryable } from '@mps-ledger/read-model';
import { makeCursorSealer } from './cursor';
import type { CursorContent, CursorSealer } from './cursor';

/**
 * How long a key is believed in, ms: it changes only where the read model was made anew, perhaps under a program that
 * goes on.
 */
const KEPT_MS = 60_000;

interface Kept {
  readonly sealer: CursorSealer;
  readonly until: number;
}

const keptFor = new WeakMap<Queryable, Kept>();

/** The sealer of the cursors of a database: its key is read once a minute, not once a page. */
export async function sealerOf(db: Queryable): Promise<CursorSealer> {
  const kept = keptFor.get(db);
  if (kept !== undefined && performance.now() < kept.until) return kept.sealer;
  return readSealer(db);
}

/** Opens a cursor; one that does not open with the key that is kept is tried with the one that is in the database now. */
export async function openCursor(db: Queryable, cursor: string): Promise<CursorContent | null> {
  const kept = await sealerOf(db);
  return kept.open(cursor) ?? (await readSealer(db)).open(cursor);
}

async function readSealer(db: Queryable): Promise<CursorSealer> {
  const sealer = makeCursorSealer(await readCursorKey(db));
  keptFor.set(db, { sealer, until: performance.now() + KEPT_MS });
  return sealer;
}
