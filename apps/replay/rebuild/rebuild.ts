import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { buildInWords, createBuild, followBuild, journalled, moveBuild, type Build } from '@mps-ledger/catalogue';
import { inTransaction } from '@mps-ledger/database';
import type { LogIdentity } from '@mps-ledger/event-log';
import { StartFailure } from '@mps-ledger/platform';
import { findBegun, refuseLeased } from './begun-build';
import { fillBuild, type FillOptions } from './fill-build';
import { holdLease, type HeldLease } from './hold-lease';
import { planRebuild, type RebuildPlan } from './plan-rebuild';
import type { LedgerToRebuild } from './open-ledger';
import { untilDone } from './until-done';

export interface RebuildOptions extends Omit<FillOptions, 'ledger' | 'build' | 'identity'> {
  readonly ledger: LedgerToRebuild;
  /** Answers the reason; null: it is not to be done. */
  readonly confirm: (plan: RebuildPlan) => Promise<string | null>;
}

export interface RebuildResult {
  readonly build: number;
  readonly schema: string;
  readonly state: Build['state'];
  /** Records that it was made of, those of earlier runs included. */
  readonly records: number;
  readonly seconds: number;
  /** An earlier run had begun it. */
  readonly resumed: boolean;
}

/** Rebuilds the read model; null where it was not confirmed. Stopped at any point, it is continued by the next run. */
export async function rebuild(options: RebuildOptions): Promise<RebuildResult | null> {
  const { ledger, confirm, logger, signal } = options;
  const { pool, log, dataDir } = ledger;
  const identity = await untilDone(() => log.identity(), options);
  const onWaiting = (holder: string): void =>
    logger.warn({ holder }, 'a build that was begun has a lease; waiting for its end, in case its process was killed');
  const plan = await planRebuild({ db: pool, identity, dataDir, signal, onWaiting });
  const why = await confirm(plan);
  if (why === null) return null;
  const what = plan.begun === null ? 'rebuild' : `rebuild, continued: ${buildInWords(plan.begun)}`;
  return journalled(
    pool,
    { what, why },
    () => performed(plan, identity, options),
    ({ build, schema, state, records }) =>
      `${buildInWords({ n: build, schema })} is ${state}, made of ${records} records`,
  );
}

async function performed(plan: RebuildPlan, identity: LogIdentity, options: RebuildOptions): Promise<RebuildResult> {
  const { ledger, progress, signal } = options;
  const began = performance.now();
  const { build, lease } = await beginOne(plan, identity, options);
  const both = lease === null ? signal : AbortSignal.any([signal, lease.lost]);
  try {
    await fillBuild({ ...options, ledger, build, identity, signal: both });
  } finally {
    await lease?.end();
  }
  const ready = await handOver(ledger.pool, build, options);
  const { n, schema, state } = ready;
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return { build: n, schema, state, records: progress.figures().done, seconds, resumed: plan.begun !== null };
}

/** Key of the advisory lock under which one process at a time begins a rebuild: "mpsrebld" as a number's eight bytes. */
const BEGIN_LOCK = '7885929882690153572';

/** Continues the build that was begun, or creates one, and takes its lease: one process at a time. */
function beginOne(plan: RebuildPlan, { logId }: LogIdentity, { ledger, logger }: RebuildOptions) {
  const { pool } = ledger;
  const holder = `${hostname()}:${process.pid}:${randomBytes(3).toString('hex')}`;
  return inTransaction<{ readonly build: Build; readonly lease: HeldLease | null }>(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1::bigint)', [BEGIN_LOCK]);
    const begun = refuseLeased(await findBegun(pool, plan.live));
    if (begun?.n !== plan.begun?.n && plan.begun !== null)
      throw new StartFailure(
        'rebuilt-meanwhile',
        `Build ${plan.begun.n} is not being built any more: look at the builds, and run this again.`,
      );
    const build = begun ?? (await createBuild(pool, { origin: plan.live, logId }));
    // One that was killed as it handed the build over: the projector is at work on it, and the checkpoints tell both apart.
    const lease = build.isFollowed ? null : await holdLease(pool, build, holder, logger);
    return ['commit', { build, lease }];
  });
}

/** From now on the projector keeps it up, and it can be switched to. */
async function handOver(pool: Pool, build: Build, retrying: RebuildOptions): Promise<Build> {
  return untilDone(async () => {
    const followed = await followBuild(pool, build);
    // An attempt whose answer was lost may have done it.
    return followed.state === 'building' ? moveBuild(pool, followed, 'ready') : followed;
  }, retrying);
}
