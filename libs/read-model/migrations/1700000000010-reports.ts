import type { MigrationInterface, QueryRunner } from 'typeorm';
import { modelOf } from './1700000000005-transition';
import { recordReports } from './record-reports';

/** Failures and their sums, and usage: also of the tasks that are there. */
export class Reports1700000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    await recordReports(await modelOf(runner));
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}

const TABLES = [
  `CREATE TABLE failure (
    task_key bytea NOT NULL,
    group_key bytea NOT NULL,
    hour timestamptz NOT NULL,
    account text COLLATE "C" NOT NULL,
    first_ended timestamptz NOT NULL,
    last_ended timestamptz NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT failure_pkey PRIMARY KEY (task_key, group_key, hour)
  )`,
  'CREATE INDEX failure_first ON failure (group_key, account, first_ended)',
  'CREATE INDEX failure_last ON failure (group_key, account, last_ended, task_key)',
  `CREATE TABLE error_group (
    group_key bytea NOT NULL,
    account text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subtask_kind text COLLATE "C" NOT NULL,
    definition text COLLATE "C" NOT NULL,
    error_code text COLLATE "C" NOT NULL,
    error_class text COLLATE "C" NOT NULL,
    message text COLLATE "C" NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT error_group_pkey PRIMARY KEY (group_key, account, partition)
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE error_count (
    hours integer NOT NULL,
    start timestamptz NOT NULL,
    group_key bytea NOT NULL,
    account text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT error_count_pkey PRIMARY KEY (hours, start, group_key, account, partition)
  ) WITH (fillfactor = 80)`,
  `CREATE TABLE usage (
    day timestamptz NOT NULL,
    account text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    subtask_kind text COLLATE "C" NOT NULL,
    definition text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    tasks bigint NOT NULL,
    failed_tasks bigint NOT NULL,
    subtasks bigint NOT NULL,
    failed_subtasks bigint NOT NULL,
    output_milliseconds numeric NOT NULL,
    output_bytes numeric NOT NULL,
    CONSTRAINT usage_pkey PRIMARY KEY (day, account, kind, subtask_kind, definition, partition)
  ) WITH (fillfactor = 50)`,
];
