import { hostname, userInfo } from 'node:os';
import type { Build, CatalogueDb } from './read-builds';

/** One operation that changed something. */
export interface JournalEntry {
  readonly id: string;
  readonly begun: Date;
  /** Null: it has not ended, or was killed. */
  readonly ended: Date | null;
  readonly who: string;
  readonly what: string;
  readonly why: string | null;
  readonly outcome: string | null;
}

/** Who runs this program: `user@host`. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}

export interface JournalBegin {
  /** Default: who runs this program. */
  readonly who?: string;
  /** The command with its arguments, such as `switch to build 2`. */
  readonly what: string;
  /** Null where no reason is asked for. */
  readonly why: string | null;
}

/** Notes that an operation begins; answers the id for `endEntry`. */
export async function beginEntry(db: CatalogueDb, { who = operator(), what, why }: JournalBegin): Promise<string> {
  const sql = 'INSERT INTO ledger.journal (who, what, why) VALUES ($1, $2, $3) RETURNING id::text';
  const { rows } = await db.query<{ id: string }>(sql, [who, what, why]);
  return rows[0]?.id ?? '';
}

/** Notes what came of it. */
export async function endEntry(db: CatalogueDb, id: string, outcome: string): Promise<void> {
  await db.query('UPDATE ledger.journal SET ended = clock_timestamp(), outcome = $2 WHERE id = $1', [id, outcome]);
}

/**
 * Does work between `beginEntry` and `endEntry`: the outcome is what `outcomeOf` says of its result, or `failed: …`.
 */
export async function journalled<Result>(
  db: CatalogueDb,
  begin: JournalBegin,
  work: () => Promise<Result>,
  outcomeOf: (result: Result) => string,
): Promise<Result> {
  const id = await beginEntry(db, begin);
  try {
    const result = await work();
    await endEntry(db, id, outcomeOf(result));
    return result;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The database may be what failed.
    await endEntry(db, id, `failed: ${reason}`).catch(() => undefined);
    throw error;
  }
}

/** The newest entries first. */
export async function readJournal(db: CatalogueDb, limit = 100): Promise<readonly JournalEntry[]> {
  const sql =
    'SELECT id::text, begun, ended, who, what, why, outcome FROM ledger.journal ORDER BY journal.id DESC LIMIT $1';
  return (await db.query<JournalEntry>(sql, [limit])).rows;
}

/** How a build is called in words: `build 2 (tasks_f1_l1m1_b2)`. */
export const buildInWords = ({ n, schema }: Pick<Build, 'n' | 'schema'>): string => `build ${n} (${schema})`;
