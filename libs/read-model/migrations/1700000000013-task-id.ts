import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tasks by their TaskId, in whichever account: its hash, since a TaskId may be of any length. */
export class TaskId1700000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX task_by_task_id ON task USING hash (task_id_json)');
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
