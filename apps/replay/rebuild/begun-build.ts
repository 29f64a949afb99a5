import { LEASE_SECONDS, listBuildsOf, type Build } from '@mps-ledger/catalogue';
import { pause, StartFailure } from '@mps-ledger/platform';
import type { Queryable } from '@mps-ledger/read-model';

/** The newest build beside `live` that a rebuild began to load; null: there is none. */
export async function findBegun(db: Queryable, live: Build): Promise<Build | null> {
  const builds = await listBuildsOf(db, live);
  return builds.findLast(({ state }) => state === 'building') ?? null;
}

/** Rejects with a StartFailure where a build is being loaded. */
export function refuseLeased(begun: Build | null): Build | null {
  if (begun === null || begun.rebuiltBy === null) return begun;
  throw new StartFailure(
    'being-rebuilt',
    `Build ${begun.n} is being loaded by ${begun.rebuiltBy}: wait for it, or stop it; then run this again, which continues it.`,
  );
}

export interface FreeOptions {
  readonly signal: AbortSignal;
  /** Called once, with who seems to load it. */
  readonly onWaiting: (holder: string) => void;
}

const POLL_MS = 500;
const WAIT_MS = LEASE_SECONDS * 1_000 + 2 * POLL_MS;

/**
 * The build that was begun, once nobody has its lease: that of a process that was killed expires. Rejects with a StartFailure where it is renewed
 * all the time.
 */
export async function findFreeBegun(
  db: Queryable,
  live: Build,
  { signal, onWaiting }: FreeOptions,
): Promise<Build | null> {
  const deadline = performance.now() + WAIT_MS;
  for (let isFirst = true; ; isFirst = false) {
    const begun = await findBegun(db, live);
    if (begun === null || begun.rebuiltBy === null || performance.now() >= deadline) return refuseLeased(begun);
    if (isFirst) onWaiting(begun.rebuiltBy);
    await pause(POLL_MS, signal);
    signal.throwIfAborted();
  }
}
