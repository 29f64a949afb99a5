import { readCursorKey } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { makeCursorSealer } from './cursor';
import type { CursorContent, CursorSealer } from './cursor';

/** How long a key is cached, ms: it changes only where the read model is created again, perhaps while this program runs. */
const CACHE_MS = 60_000;

interface CachedSealer {
  readonly sealer: CursorSealer;
  readonly until: number;
}

const cached = new WeakMap<ReadModel, CachedSealer>();

/** The sealer of the cursors of a database: its key is read once a minute, not once a page. */
export async function sealerOf(db: ReadModel): Promise<CursorSealer> {
  const found = cached.get(db);
  if (found !== undefined && performance.now() < found.until) return found.sealer;
  return readSealer(db);
}

/** Opens a cursor. One that does not open with the cached key is tried with the key now in the database. */
export async function openCursor(db: ReadModel, cursor: string): Promise<CursorContent | null> {
  const sealer = await sealerOf(db);
  return sealer.open(cursor) ?? (await readSealer(db)).open(cursor);
}

async function readSealer(db: ReadModel): Promise<CursorSealer> {
  const sealer = makeCursorSealer(await readCursorKey(db));
  cached.set(db, { sealer, until: performance.now() + CACHE_MS });
  return sealer;
}
