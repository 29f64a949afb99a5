import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onDatabase } from '../database';
import { makeFault, type LoadedRound, type Round } from '../fault';
import { killProgram } from '../programs';
import { makeApps, type AppsTarget } from '../targets/apps';

const HOUR_MS = 3_600_000;

const clockFile = ({ folder }: { readonly folder: string }): string => join(folder, 'clock-offset');

/**
 * Postgres's clock, as every statement of ours sees it: functions of these names are found before its own. Timeouts are
 * Postgres's own, as when somebody sets a machine's clock.
 */
const SHADOW = `
  CREATE SCHEMA shifted;
  CREATE TABLE shifted.clock (ahead interval NOT NULL);
  INSERT INTO shifted.clock VALUES ('0');
  CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.clock_timestamp() + ahead FROM shifted.clock';
  CREATE FUNCTION shifted.statement_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.statement_timestamp() + ahead FROM shifted.clock';
  CREATE FUNCTION shifted.now() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT pg_catalog.now() + ahead FROM shifted.clock';
  ALTER DATABASE postgres SET search_path = shifted, pg_catalog, public`;

async function makeShiftable(folder: string): Promise<AppsTarget> {
  const target = await makeApps({ folder, preload: ['dist/test/crash/shifted-clock.js'] });
  await onDatabase(target, (client) => client.query(SHADOW));
  return target;
}

/** Sets the programs' clock, Postgres's, or both. */
async function setClocks(target: AppsTarget, aheadMs: number, whose: 'programs' | 'database' | 'both'): Promise<void> {
  if (whose !== 'database') writeFileSync(clockFile(target), `${aheadMs}`);
  if (whose === 'programs') return;
  await onDatabase(target, (client) =>
    client.query(`UPDATE shifted.clock SET ahead = make_interval(secs => $1::float8 / 1000)`, [aheadMs]),
  );
}

const WHOSE = ['programs', 'database', 'both'] as const;

/** Forth, back beyond where it was, and right again; in between somebody is killed, whose lease then lies in another time. */
async function setBackAndForth(target: AppsTarget, round: LoadedRound): Promise<void> {
  const { dice, load, seed } = round;
  const whose = WHOSE[seed % WHOSE.length] ?? 'both';
  const ways = dice.chance(0.5) ? [HOUR_MS, -HOUR_MS] : [-HOUR_MS, HOUR_MS];
  await load.sent(1);
  for (const ahead of ways) {
    await pause(dice.between(0, 400));
    await setClocks(target, ahead, whose);
    await pause(dice.between(200, 1_200));
    if (dice.chance(0.5)) await killOne(target, round);
  }
  await setClocks(target, 0, 'both');
}

async function killOne(target: AppsTarget, round: Round): Promise<void> {
  const name = round.dice.chance(0.5) ? 'projector' : 'ingest';
  const program = target.app(name);
  if (program !== null) await killProgram(program);
  round.killed();
  await target.startApp(name, { CLOCK_OFFSET_FILE: clockFile(target) });
}

export const CLOCK = makeFault({
  name: 'clock',
  what: 'the clock of the programs, of Postgres, or of both is set an hour forward and an hour back, in either order; in half of the steps the projector or ingest is also killed',
  seeds: 10,
  make: makeShiftable,
  async prepare(target) {
    await target.start({ CLOCK_OFFSET_FILE: clockFile(target) });
  },
  strike: setBackAndForth,
});
