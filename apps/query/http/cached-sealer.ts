import { readCursorKey } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { makeCursorSealer } from './cursor';
import type { CursorContent, CursorSealer } from './cursor';

/** How long a key is cached, ms: it changes only where the read model is created again, perhaps while this program runs. */
const CACHE_MS = 60_000;

/** The sealer of the cursors of a database: its key is read once a minute, not once a page. */
export class CachedSealer {
  private cached: { readonly sealer: CursorSealer; readonly until: number } | undefined;

  constructor(private readonly db: ReadModel) {}

  /** The sealer with the cached key. */
  sealer(): Promise<CursorSealer> | CursorSealer {
    const { cached } = this;
    return cached !== undefined && performance.now() < cached.until ? cached.sealer : this.read();
  }

  /** Opens a cursor. One that does not open with the cached key is tried with the key now in the database. */
  async open(cursor: string): Promise<CursorContent | null> {
    const sealer = await this.sealer();
    return sealer.open(cursor) ?? (await this.read()).open(cursor);
  }

  private async read(): Promise<CursorSealer> {
    const sealer = makeCursorSealer(await readCursorKey(this.db));
    this.cached = { sealer, until: performance.now() + CACHE_MS };
    return sealer;
  }
}
