import { endRebuildLease, LEASE_SECONDS, takeRebuildLease, type Build } from '@mps-ledger/catalogue';
import { StartFailure, type Logger } from '@mps-ledger/platform';
import type { Queryable } from '@mps-ledger/read-model';

export interface HeldLease {
  /** Aborted with a StartFailure once another process has the lease. */
  readonly lost: AbortSignal;
  /** Gives it up. */
  end(): Promise<void>;
}

/** Takes the lease of a build and keeps it. Rejects with a StartFailure where another process has it. */
export async function holdLease(db: Queryable, build: Build, holder: string, logger: Logger): Promise<HeldLease> {
  if (!(await takeRebuildLease(db, build, holder)))
    throw new StartFailure(
      'being-rebuilt',
      `Build ${build.n} is loaded by another process at the moment: wait for it, or stop it. One that was killed lets go of it within ${LEASE_SECONDS} s.`,
    );
  const losing = new AbortController();
  const renew = async (): Promise<void> => {
    if (await takeRebuildLease(db, build, holder)) return;
    losing.abort(
      new StartFailure(
        'lease-lost',
        `Build ${build.n} was taken over by another process, or is loaded already: nothing more is done here.`,
      ),
    );
  };
  // A database that is away ends no lease: whoever asks when it is back has it.
  const timer = setInterval(
    () => void renew().catch((error: unknown) => logger.debug({ err: error }, 'the lease could not be renewed')),
    (LEASE_SECONDS * 1_000) / 3,
  );
  return {
    lost: losing.signal,
    async end() {
      clearInterval(timer);
      await endRebuildLease(db, build, holder).catch(() => undefined);
    },
  };
}
