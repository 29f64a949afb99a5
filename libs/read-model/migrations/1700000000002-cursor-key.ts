import { randomBytes } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEY_BYTES = 32;

/** The secret of the cursors: the migration creates it, and every process reads it. */
export class CursorKey1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE cursor_key (
      name text COLLATE "C" NOT NULL,
      key bytea NOT NULL,
      CONSTRAINT cursor_key_pkey PRIMARY KEY (name)
    )`);
    await runner.query(`INSERT INTO cursor_key (name, key) VALUES ('lists', $1)`, [randomBytes(KEY_BYTES)]);
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
