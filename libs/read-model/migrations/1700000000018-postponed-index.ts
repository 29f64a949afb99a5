import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which indexes a rebuild makes once the rows are there. */
export class PostponedIndex1700000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE postponed_index (
      name text COLLATE "C" NOT NULL,
      definition text NOT NULL,
      CONSTRAINT postponed_index_pkey PRIMARY KEY (name)
    )`);
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}
