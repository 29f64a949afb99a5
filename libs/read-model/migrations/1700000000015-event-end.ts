import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the event log itself reaches, and as of when: the lag in events. */
export class EventEnd1700000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE checkpoint ADD COLUMN event_end bigint, ADD COLUMN event_end_as_of timestamptz');
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
