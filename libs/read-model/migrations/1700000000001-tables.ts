import type { MigrationInterface, QueryRunner } from 'typeorm';
import { READ_MODEL_FORMAT } from '../schema';

/**
 * All tables of the projection; what each column means is said at its entity. Migrations name no schema: it is the only one of the
 * search path.
 *
 * Tables whose rows are updated leave room in their pages (fillfactor), so that an update that changes no indexed column
 * stays in its page and touches no index. The indexes that lists are filtered by are made by a later migration.
 */
export class Tables1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...PROGRESS, ...TASKS, ...JOURNALS]) await runner.query(statement);
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}

const PROGRESS = [
  `CREATE TABLE format (format integer NOT NULL, CONSTRAINT format_pkey PRIMARY KEY (format))`,
  `INSERT INTO format VALUES (${READ_MODEL_FORMAT})`,
  `CREATE TABLE projection (
    name text COLLATE "C" NOT NULL,
    fold_version integer NOT NULL,
    log_id text COLLATE "C" NOT NULL,
    log_generation integer NOT NULL,
    event_generation integer NOT NULL,
    partitions integer NOT NULL,
    CONSTRAINT projection_pkey PRIMARY KEY (name)
  )`,
  `CREATE TABLE checkpoint (
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    position bigint NOT NULL,
    last_offset bigint,
    last_event_id text,
    last_digest text,
    raw_next bigint NOT NULL,
    raw_top bigint NOT NULL,
    underived_to bigint,
    seen_end bigint NOT NULL,
    complete_as_of timestamptz,
    CONSTRAINT checkpoint_pkey PRIMARY KEY (topic, partition)
  ) WITH (fillfactor = 20)`,
];

const TASKS = [
  `CREATE TABLE task (
    task_key bytea NOT NULL,
    account text COLLATE "C" NOT NULL,
    task_id text NOT NULL,
    task_id_json text NOT NULL,
    kind text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    outcome text COLLATE "C",
    error_code text COLLATE "C",
    confirmation text COLLATE "C",
    contradicted boolean NOT NULL,
    revised boolean NOT NULL,
    parked integer NOT NULL,
    half_raw text,
    version bigint NOT NULL,
    session_id text COLLATE "C",
    partition integer NOT NULL,
    first_received timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    CONSTRAINT task_pkey PRIMARY KEY (task_key)
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX task_by_first_received ON task (first_received, task_key)`,
  `CREATE TABLE task_error_code (
    task_key bytea NOT NULL,
    error_code text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    outcome text COLLATE "C",
    session_id text COLLATE "C",
    first_received timestamptz NOT NULL,
    CONSTRAINT task_error_code_pkey PRIMARY KEY (task_key, error_code)
  )`,
  `CREATE TABLE task_state (
    task_key bytea NOT NULL,
    fold_version integer NOT NULL,
    state text NOT NULL,
    digest text NOT NULL,
    CONSTRAINT task_state_pkey PRIMARY KEY (task_key)
  ) WITH (fillfactor = 80)`,
  `CREATE TABLE subtask (
    task_key bytea NOT NULL,
    key_digest bytea NOT NULL,
    key text NOT NULL,
    kind text COLLATE "C" NOT NULL,
    definition text,
    status text COLLATE "C" NOT NULL,
    progress double precision,
    error_code text,
    error_code_ext text,
    message text,
    contradicted boolean NOT NULL,
    revised boolean NOT NULL,
    twins integer,
    CONSTRAINT subtask_pkey PRIMARY KEY (task_key, key_digest)
  ) WITH (fillfactor = 80)`,
];

const JOURNALS = [
  `CREATE TABLE history (
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    raw_offset bigint NOT NULL,
    occurred timestamptz,
    received timestamptz NOT NULL,
    logged timestamptz NOT NULL,
    task_key bytea,
    event_id text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    subtask_key text,
    account text COLLATE "C" NOT NULL,
    subject text,
    trust text COLLATE "C" NOT NULL,
    causation_id text COLLATE "C" NOT NULL,
    mapper text COLLATE "C" NOT NULL,
    traceparent text,
    data text,
    value text,
    CONSTRAINT history_pkey PRIMARY KEY (partition, "offset")
  )`,
  `CREATE INDEX history_of_task ON history (task_key, partition, "offset")`,
  `CREATE TABLE notification (
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    notification_id text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL,
    kind text COLLATE "C",
    event_type text,
    account text COLLATE "C" NOT NULL,
    task_key bytea,
    task_id text,
    task_id_json text,
    source text,
    transport text NOT NULL,
    trust text,
    received timestamptz NOT NULL,
    reason text,
    detail text,
    digest text,
    size bigint,
    events integer,
    event_offset bigint,
    CONSTRAINT notification_pkey PRIMARY KEY (topic, partition, "offset")
  )`,
  `CREATE INDEX notification_by_received ON notification (received, notification_id)`,
  `CREATE TABLE parked (
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    task_key bytea,
    event_id text,
    type text,
    causation_id text,
    raw_offset bigint,
    reason text NOT NULL,
    headers text NOT NULL,
    key bytea,
    value bytea,
    received timestamptz,
    logged timestamptz NOT NULL,
    CONSTRAINT parked_pkey PRIMARY KEY (topic, partition, "offset")
  )`,
  `CREATE INDEX parked_of_task ON parked (task_key, partition, "offset")`,
];
