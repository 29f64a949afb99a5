import { findLiveBuild, type Build } from '@mps-ledger/catalogue';
import type { LogIdentity } from '@mps-ledger/event-log';
import { StartFailure } from '@mps-ledger/platform';
import type { Queryable } from '@mps-ledger/read-model';
import { findFreeBegun, type FreeOptions } from './begun-build';
import { checkDiskSpace, type DiskSpace, type DiskSpaceOptions } from './disk-space';

/** What a rebuild would do. */
export interface RebuildPlan {
  /** The build that is read. */
  readonly live: Build;
  /** One that an earlier run has begun; null: a new one is created. */
  readonly begun: Build | null;
  readonly space: DiskSpace;
}

export interface RebuildPlanOptions extends Pick<DiskSpaceOptions, 'dataDir' | 'freeIn'>, FreeOptions {
  readonly db: Queryable;
  readonly identity: LogIdentity;
}

/** Finds out what there is, and changes nothing. Rejects with a StartFailure where no rebuild can begin. */
export async function planRebuild({ db, identity, ...options }: RebuildPlanOptions): Promise<RebuildPlan> {
  const live = await findLiveBuild(db);
  if (live === null)
    throw new StartFailure(
      'no-live-build',
      'There is no read model that could be rebuilt: run npm run setup, or npm start, first.',
    );
  refuseOtherLog(live, identity);
  const begun = await findFreeBegun(db, live, options);
  const space = await checkDiskSpace({ ...options, db, from: live.schema, to: begun?.schema ?? null });
  return { live, begun, space };
}

function refuseOtherLog(live: Build, { logId, logGeneration, eventGeneration }: LogIdentity): void {
  const isSame =
    live.logId === logId && live.logGeneration === logGeneration && live.eventGeneration === eventGeneration;
  if (isSame) return;
  throw new StartFailure(
    'other-log',
    `The read model was made from log ${live.logId} (log generation ${live.logGeneration}, event generation ${live.eventGeneration}), and the log of the ` +
      `settings is ${logId} (${logGeneration}, ${eventGeneration}): check EVENT_LOG, KAFKA_BROKERS and LEDGER_TOPIC_PREFIX.`,
  );
}
