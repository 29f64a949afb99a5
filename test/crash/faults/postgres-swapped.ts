import { onDatabase } from '../database';
import { makeFault, type LoadedRound } from '../fault';
import { promised } from '../promises';
import { makeApps, type AppsTarget } from '../targets/apps';
import { nothingIsAcknowledged, NOT_THE_LOG, untilTold } from '../unsound';
import { someMoment } from './outages';

/** What becomes of the log, and what brings it back. */
interface Way {
  readonly swap: readonly string[];
  readonly bringBack: readonly string[];
}

const LOCK = `LOCK TABLE ledger_log.partition, ledger_log.record IN ACCESS EXCLUSIVE MODE`;
const OTHER_ID = 'zzzzzzzzzzzz';

/** The raw records from an offset on are gone, and offsets are given from there on again. */
const truncatedTo = (offset: number): Way => ({
  swap: [
    LOCK,
    `CREATE TABLE public.lost AS SELECT r.* FROM ledger_log.record r JOIN ledger_log.partition p ON p.id = r.partition_id
       WHERE p.topic = 'mps.notifications.v1' AND r."offset" >= ${offset}`,
    `ALTER TABLE ledger_log.record DISABLE TRIGGER append_only`,
    `DELETE FROM ledger_log.record r USING public.lost l WHERE (r.partition_id, r."offset") = (l.partition_id, l."offset")`,
    `UPDATE ledger_log.partition SET next_offset = ${offset} WHERE id IN (SELECT partition_id FROM public.lost)`,
  ],
  bringBack: [
    LOCK,
    // What was under way may have landed there: it was not acknowledged.
    `DELETE FROM ledger_log.record WHERE "offset" >= ${offset} AND partition_id IN (SELECT partition_id FROM public.lost)`,
    `INSERT INTO ledger_log.record SELECT * FROM public.lost`,
    `UPDATE ledger_log.partition p SET next_offset = l.last + 1
       FROM (SELECT partition_id, max("offset") AS last FROM public.lost GROUP BY 1) l WHERE p.id = l.partition_id`,
    `ALTER TABLE ledger_log.record ENABLE TRIGGER append_only`,
    `DROP TABLE public.lost`,
  ],
});

const WAYS: readonly Way[] = [
  truncatedTo(0),
  truncatedTo(1),
  {
    swap: [
      `CREATE TABLE public.known AS SELECT prefix, log_id FROM ledger_log.log`,
      `UPDATE ledger_log.log SET log_id = '${OTHER_ID}'`,
    ],
    bringBack: [
      `UPDATE ledger_log.log l SET log_id = k.log_id FROM public.known k WHERE k.prefix = l.prefix`,
      `DROP TABLE public.known`,
    ],
  },
  {
    swap: [`ALTER SCHEMA ledger_log RENAME TO away`],
    bringBack: [`ALTER SCHEMA away RENAME TO ledger_log`],
  },
];

const SWAPPED_MS = 6_000;

/** All at once, as a restore is. */
const inOneGo = (target: AppsTarget, statements: readonly string[]): Promise<void> =>
  onDatabase(target, async (client) => void (await client.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'))));

async function swapTables(target: AppsTarget, round: LoadedRound): Promise<void> {
  const { seed, dice, load } = round;
  const way = WAYS[seed % WAYS.length];
  promised(way !== undefined, 'there is such a way');
  await load.sent(30);
  await someMoment(round);
  await inOneGo(target, way.swap);
  await nothingIsAcknowledged(target, `swapped-${seed}`, SWAPPED_MS);
  await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
  if (dice.chance(0.5)) {
    await target.stopApp('ingest');
    target.beginApp('ingest');
    await untilTold(target, { app: 'ingest', says: NOT_THE_LOG });
    await nothingIsAcknowledged(target, `swapped-started-${seed}`, SWAPPED_MS);
  }
  promised(target.app('ingest')?.isRunning() === true, 'ingest ended by itself');
  await inOneGo(target, way.bringBack);
  const at = performance.now();
  for (const name of ['ingest', 'projector', 'query'] as const)
    promised(target.app(name)?.isRunning() === true, `${name} did not outlive it`);
  await target.start();
  round.figure('until all are ready again', performance.now() - at, 'ms');
}

export const LOG_TABLES_SWAPPED = makeFault({
  name: 'log-tables-swapped',
  what: 'under load, the raw log’s records are truncated, with or without its genesis records, the log gets another id, or its schema is removed; then everything is restored: until then each callback is answered 503 and /readyz of ingest, also of one that is started then, says why; then everything recovers automatically',
  seeds: 10,
  load: { tasks: 150, rate: 30 },
  make: (folder) => makeApps({ folder }),
  strike: swapTables,
});
