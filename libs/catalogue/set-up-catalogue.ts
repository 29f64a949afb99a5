import type { Pool } from 'pg';
import { setUpSchema } from '@mps-ledger/database';

/** Payload-less notifications of this channel say that a build was created, changed or removed. */
export const CATALOGUE_CHANNEL = 'mps_ledger_catalogue';

/*
 * What is known of the builds of the read model. It is never rebuilt, and changes additively only: programs of an older release work on the
 * catalogue of a newer one.
 *
 * build       One set of read-model tables. `is_followed`: projectors apply the log to it; not while a rebuild loads it. `rebuilt_by`: who
 *             loads it, until `rebuild_expires`.
 * live_build  Which build of an origin is read: one row, which a switch changes. `previous`: the one before, for the way back.
 * build_lease Which instance reads or writes which build, until `expires`; `position`: what it has reached, by partition.
 * journal     What operators changed: who, when, what, why, and what came of it.
 * cursor_key  The secret that cursors of lists are sealed with: cursors outlive a build.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS ledger.build (
  projection       text COLLATE "C" NOT NULL,
  fold_version     integer NOT NULL,
  log_generation   integer NOT NULL,
  event_generation integer NOT NULL,
  n                integer NOT NULL,
  schema           text COLLATE "C" NOT NULL UNIQUE,
  log_id           text COLLATE "C" NOT NULL,
  state            text COLLATE "C" NOT NULL,
  is_followed      boolean NOT NULL,
  rebuilt_by       text,
  rebuild_expires  timestamptz(3),
  created          timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  changed          timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, fold_version, log_generation, event_generation, n)
);
CREATE TABLE IF NOT EXISTS ledger.live_build (
  projection       text COLLATE "C" NOT NULL,
  fold_version     integer NOT NULL,
  log_generation   integer NOT NULL,
  event_generation integer NOT NULL,
  n                integer NOT NULL,
  previous         integer,
  changed          timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, fold_version, log_generation, event_generation),
  FOREIGN KEY (projection, fold_version, log_generation, event_generation, n) REFERENCES ledger.build
);
CREATE TABLE IF NOT EXISTS ledger.build_lease (
  instance text COLLATE "C" NOT NULL,
  schema   text COLLATE "C" NOT NULL,
  use      text COLLATE "C" NOT NULL,
  position text COLLATE "C" NOT NULL,
  since    timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  expires  timestamptz(3) NOT NULL,
  PRIMARY KEY (instance, schema)
);
CREATE TABLE IF NOT EXISTS ledger.journal (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  begun   timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  ended   timestamptz(3),
  who     text NOT NULL,
  what    text NOT NULL,
  why     text,
  outcome text
);
CREATE TABLE IF NOT EXISTS ledger.cursor_key (
  name text COLLATE "C" NOT NULL PRIMARY KEY,
  key  bytea NOT NULL
);
`;

const NAMES = ['build', 'live_build', 'build_lease', 'journal', 'cursor_key'];

/** Creates the tables of the catalogue where they are missing. Idempotent, and safe to run concurrently. */
export function setUpCatalogue(pool: Pool): Promise<void> {
  return setUpSchema(pool, 'ledger', async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      "SELECT bool_and(to_regclass('ledger.' || name) IS NOT NULL) AS there FROM unnest($1::text[]) name",
      [NAMES],
    );
    if (rows[0]?.there !== true) await client.query(TABLES);
  });
}

/** Rights that finding the live build takes. */
export const CATALOGUE_RIGHTS = [
  ['ledger.build', 'SELECT'],
  ['ledger.live_build', 'SELECT'],
] as const;

/** Rights that saying which build is in use takes. */
export const LEASE_RIGHTS = (['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const).map(
  (right) => ['ledger.build_lease', right] as const,
);
