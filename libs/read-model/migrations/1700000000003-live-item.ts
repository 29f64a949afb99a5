import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The items of live streams. */
export class LiveItem1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE live_item (
      task_key bytea NOT NULL,
      start_offset double precision NOT NULL,
      kind text COLLATE "C" NOT NULL,
      key_digest bytea NOT NULL,
      series bytea NOT NULL,
      end_offset double precision NOT NULL,
      steady boolean NOT NULL,
      item text NOT NULL,
      CONSTRAINT live_item_pkey PRIMARY KEY (task_key, start_offset, kind, key_digest)
    )`);
    await runner.query(`CREATE INDEX live_item_of_series
      ON live_item (task_key, series, start_offset, steady, end_offset, key_digest)`);
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
