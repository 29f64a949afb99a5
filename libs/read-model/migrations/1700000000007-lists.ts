import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, ERROR_CODE_LIST, NOTIFICATION_LIST, SAMPLED, TASK_LIST, UPDATED_LIST } from '../filter-keys';
import type { FilteredTable } from '../filter-keys';

/** More filters of lists, the order by last update, and the sample that numbers are estimated from. */
export class Lists1700000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}

/** Makes the indexes of a list, or makes them again: earlier builds had other filter keys. */
function indexesOf(list: FilteredTable): readonly string[] {
  return list.indexes.flatMap((index) => [`DROP INDEX IF EXISTS ${index.name}`, createIndex(list, index)]);
}

const STATEMENTS = [
  'UPDATE task SET updated = first_received WHERE updated < first_received',
  `ALTER TABLE task_error_code ADD COLUMN confirmation text COLLATE "C", ADD COLUMN contradicted boolean, ADD COLUMN parked integer`,
  `UPDATE task_error_code c SET confirmation = t.confirmation, contradicted = t.contradicted, parked = t.parked
    FROM task t WHERE t.task_key = c.task_key`,
  // A row without a task is a defect of the rows that the verifier reports.
  'UPDATE task_error_code SET contradicted = false, parked = 0 WHERE contradicted IS NULL',
  'ALTER TABLE task_error_code ALTER COLUMN contradicted SET NOT NULL, ALTER COLUMN parked SET NOT NULL',
  `CREATE TABLE task_updated (
    task_key bytea NOT NULL,
    code text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    outcome text COLLATE "C",
    error_code text COLLATE "C",
    confirmation text COLLATE "C",
    contradicted boolean NOT NULL,
    parked integer NOT NULL,
    session_id text COLLATE "C",
    first_received timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    CONSTRAINT task_updated_pkey PRIMARY KEY (task_key, code)
  )`,
  `INSERT INTO task_updated (task_key, code, account, kind, status, outcome, error_code, confirmation, contradicted, parked, session_id,
      first_received, updated)
    SELECT t.task_key, '', t.account, t.kind, t.status, t.outcome, CASE t.error_code WHEN '0' THEN '0' END, t.confirmation, t.contradicted, t.parked, t.session_id,
      t.first_received, t.updated FROM task t
    UNION ALL
    SELECT c.task_key, c.error_code, c.account, c.kind, c.status, c.outcome, NULL, c.confirmation, c.contradicted, c.parked, c.session_id,
      c.first_received, t.updated FROM task_error_code c JOIN task t USING (task_key)`,
  `CREATE INDEX task_updated_sample ON task_updated (code, first_received)
    INCLUDE (account, kind, status, outcome, error_code, confirmation, contradicted, parked, session_id, updated) WHERE ${SAMPLED}`,
  'ALTER TABLE notification ALTER COLUMN source TYPE text COLLATE "C"',
  ...[TASK_LIST, ERROR_CODE_LIST, UPDATED_LIST, NOTIFICATION_LIST].flatMap(indexesOf),
];
