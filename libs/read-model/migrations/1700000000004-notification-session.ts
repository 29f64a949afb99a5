import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The SessionId of notifications, by which those without a task are found. */
export class NotificationSession1700000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE notification ADD COLUMN session_id text COLLATE "C"');
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
