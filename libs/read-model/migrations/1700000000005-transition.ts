import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readModelIn, type Queryable, type ReadModel } from '../read-model';
import { recordTransitions } from './record-transitions';

/** The state changes of tasks, also of those that are there, and the standing that each was last sent with. */
export class Transition1700000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE transition (
      partition integer NOT NULL,
      "offset" bigint NOT NULL,
      raw_offset bigint NOT NULL,
      task_key bytea NOT NULL,
      account text COLLATE "C" NOT NULL,
      kind text COLLATE "C" NOT NULL,
      status text COLLATE "C" NOT NULL,
      outcome text COLLATE "C",
      error_code text COLLATE "C",
      confirmation text COLLATE "C",
      logged timestamptz NOT NULL,
      data text NOT NULL,
      CONSTRAINT transition_pkey PRIMARY KEY (partition, "offset")
    )`);
    await runner.query('CREATE INDEX transition_of_task ON transition (task_key, "offset")');
    await runner.query('ALTER TABLE task ADD COLUMN last_standing text');
    await recordTransitions(await modelOf(runner));
  }

  /** A projection is never migrated back: another version is built beside it. */
  async down(): Promise<void> {
    throw new Error('a projection has no way back: build another version beside it');
  }
}

/** The schema of the search path, reached by the migration's own connection. */
export async function modelOf(runner: QueryRunner): Promise<ReadModel> {
  const [row] = (await runner.query('SELECT current_schema() AS schema')) as readonly { readonly schema: string }[];
  const query = async (given: string | { readonly text: string; readonly values?: unknown[] }, values?: unknown[]) => {
    const text = typeof given === 'string' ? given : given.text;
    const result = await runner.query(text, typeof given === 'string' ? values : given.values, true);
    return { rows: result.records as unknown[] };
  };
  return readModelIn(row?.schema ?? '', { query } as unknown as Queryable);
}
