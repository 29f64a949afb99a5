import { onDatabase } from '../database';
import { makeFault, type Fault } from '../fault';
import { makeApps, type AppsTarget } from '../targets/apps';
import { BEYOND, DERIVE_GROUP, loseTail, moveOffsets, type Loss, type Move, type Tail } from './deriving';

const MOVED: Readonly<Record<Move, string>> = {
  latest: `UPDATE ledger_log.claim c SET position = p.next_offset FROM ledger_log.partition p
    WHERE c."group" = $1 AND (p.prefix, p.topic, p.partition) = (c.prefix, c.topic, c.partition)`,
  beyond: `UPDATE ledger_log.claim SET position = ${BEYOND} WHERE "group" = $1`,
  deleted: `UPDATE ledger_log.claim SET position = NULL WHERE "group" = $1`,
};

/** Where the tail begins: in the middle of each partition, or at its end as it is now. */
const markAt = (offset: string): readonly string[] => [
  `DROP TABLE IF EXISTS public.tail`,
  `CREATE TABLE public.tail AS SELECT id, ${offset} AS begins FROM ledger_log.partition WHERE topic = 'mps.notifications.v1'`,
];

/** The tail of each partition of the raw log, and how to put it back. */
const LOSE = [
  `CREATE TABLE public.lost AS SELECT r.* FROM ledger_log.record r JOIN ledger_log.partition p ON p.id = r.partition_id
     JOIN public.tail t ON t.id = p.id WHERE r."offset" >= t.begins`,
  `ALTER TABLE ledger_log.record DISABLE TRIGGER append_only`,
  `DELETE FROM ledger_log.record r USING public.lost l WHERE (r.partition_id, r."offset") = (l.partition_id, l."offset")`,
  `UPDATE ledger_log.partition p SET next_offset = l.first
     FROM (SELECT partition_id, min("offset") AS first FROM public.lost GROUP BY 1) l WHERE p.id = l.partition_id`,
];
const BRING_BACK = [
  `INSERT INTO ledger_log.record SELECT * FROM public.lost`,
  `UPDATE ledger_log.partition p SET next_offset = l.last + 1
     FROM (SELECT partition_id, max("offset") AS last FROM public.lost GROUP BY 1) l WHERE p.id = l.partition_id`,
  `ALTER TABLE ledger_log.record ENABLE TRIGGER append_only`,
  `DROP TABLE public.lost`,
];

/** All at once, as a restore is. */
const inOneGo = (target: AppsTarget, statements: readonly string[]): Promise<void> =>
  onDatabase(target, async (client) => void (await client.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'))));

async function markTail(target: AppsTarget, loss: Loss): Promise<Tail> {
  if (loss === 'not derived') await inOneGo(target, markAt('next_offset'));
  return {
    async lose() {
      if (loss !== 'not derived') await inOneGo(target, markAt('next_offset / 2 + 1'));
      await inOneGo(target, LOSE);
    },
    bringBack: () => inOneGo(target, BRING_BACK),
  };
}

const SEEDS = 10;

/** What is done to the log in Postgres behind the programs' backs. */
export const POSTGRES_LOG: readonly Fault[] = [
  makeFault({
    name: 'derive-offsets-moved',
    what: 'ingest is ended, 60 notifications wait on the raw log, and the progress of the group that derives is moved to the end, beyond it, or deleted: all of them are derived',
    seeds: SEEDS,
    make: (folder) => makeApps({ folder }),
    strike: (target, round) =>
      moveOffsets(target, round, (to) =>
        onDatabase(target, async (client) => void (await client.query(MOVED[to], [DERIVE_GROUP]))),
      ),
  }),
  makeFault({
    name: 'raw-log-shorter',
    what: 'the raw log loses half of each partition under an ingest that runs, or before one is started, or what came last and was not derived yet: log-replaced in /readyz, callbacks 503, nothing appended; once the tail is back, then everything recovers automatically',
    seeds: SEEDS,
    make: (folder) => makeApps({ folder }),
    strike: (target, round) => loseTail(target, round, { markTail: (loss) => markTail(target, loss) }),
  }),
];
