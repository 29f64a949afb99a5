import type { ClientBase } from 'pg';

import { LogNotReady, LogOfOtherFormat } from '../port/errors';

/**
 * Version of the tables below. Each change of them is a new version, with the statements that migrate from the last one;
 * version 1 was that of builds before the first release, and there is no migration from it.
 */
export const SCHEMA_VERSION = 2;

/*
 * log        one row per generation of a log: a database can hold several logs, distinguished by the prefix of their topics.
 * partition  the end of each partition. An append locks its row, so offsets follow the order of commits, without gaps. The
 *            topic's name has the generations in it.
 * record     the records themselves: inserted and read, never changed.
 * member     the processes that follow a topic for a group, with their heartbeats.
 * claim      who owns a partition for a group, and the group's progress in it. An epoch is one period of ownership.
 *
 * Headers are JSON text, in which a NUL is an escape, so that any text survives.
 */
const TABLES = `
CREATE TABLE ledger_log.log (
  prefix     text NOT NULL,
  generation integer NOT NULL,
  log_id     text NOT NULL,
  partitions integer NOT NULL,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (prefix, generation)
);

CREATE TABLE ledger_log.partition (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  prefix      text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  last_logged timestamptz(3) NOT NULL,
  UNIQUE (prefix, topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE ledger_log.record (
  partition_id integer NOT NULL,
  "offset"     bigint NOT NULL,
  logged       timestamptz(3) NOT NULL,
  key          bytea,
  value        bytea,
  headers      text NOT NULL,
  PRIMARY KEY (partition_id, "offset")
);

CREATE TABLE ledger_log.member (
  prefix    text NOT NULL,
  "group"   text NOT NULL,
  topic     text NOT NULL,
  member    text NOT NULL,
  heartbeat timestamptz NOT NULL,
  PRIMARY KEY (prefix, "group", topic, member)
) WITH (fillfactor = 50);

CREATE TABLE ledger_log.claim (
  prefix    text NOT NULL,
  "group"   text NOT NULL,
  topic     text NOT NULL,
  partition integer NOT NULL,
  owner     text,
  epoch     bigint NOT NULL DEFAULT 0,
  renewed   timestamptz NOT NULL DEFAULT clock_timestamp(),
  position  bigint,
  PRIMARY KEY (prefix, "group", topic, partition)
) WITH (fillfactor = 50);

CREATE FUNCTION ledger_log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $refuse$
BEGIN
  RAISE EXCEPTION 'the event log is append-only: % of ledger_log.record is refused', TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END
$refuse$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_log.record
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_log.refuse_change();

CREATE TABLE ledger_log.schema_version (version integer NOT NULL);
INSERT INTO ledger_log.schema_version VALUES (${SCHEMA_VERSION});
`;

/** Creates the schema and its tables where they are missing. Rejects with `LogOfOtherFormat`. To be called under setup's lock. */
export async function ensureSchema(client: ClientBase): Promise<void> {
  // CREATE SCHEMA needs a right on the database, which the schema's owner may lack.
  const schema = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'ledger_log'");
  if (schema.rows.length === 0) await client.query('CREATE SCHEMA ledger_log');
  const { rows } = await client.query("SELECT 1 WHERE to_regclass('ledger_log.schema_version') IS NOT NULL");
  if (rows.length === 0) await client.query(TABLES);
  const found = await client.query<{ version: number }>('SELECT version FROM ledger_log.schema_version');
  checkVersion(found.rows[0]?.version);
}

/** Refuses tables of another version (`LogOfOtherFormat`), and incomplete ones (`LogNotReady`). */
export function checkVersion(version: number | undefined): void {
  if (version === undefined) throw new LogNotReady('the version of the schema ledger_log is missing: run setup');
  if (version === SCHEMA_VERSION) return;
  throw new LogOfOtherFormat(
    `the schema ledger_log is of version ${version}, and this build reads version ${SCHEMA_VERSION}`,
  );
}
