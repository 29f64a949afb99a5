import { Client } from 'pg';

import { DIRECT, type Database } from './ways';
import { isTransactionPooler } from './pooler';
import { whyReadOnly } from './read-only';
import { POOLER_WORDS, refusalOf, type DatabaseRefusal } from './refusals';

export interface ExamineOptions {
  readonly database: Database;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Whether it has to take writes. Default false. */
  readonly writes?: boolean;
  /** Rights that are needed, each as a table with its schema, and the right. Tables that are not there yet are passed over. */
  readonly rights?: readonly (readonly [table: string, right: string])[];
  /** Until a connection or an answer is there, in ms. Default 5,000. */
  readonly answerMs?: number;
}

/**
 * Looks whether a database can be used: whether it lets this program in, whether what leads to it is what the settings say,
 * whether it takes writes. Answers what is wrong and would not pass without a change, null where nothing is. Rejects with what may
 * pass.
 */
export async function examineDatabase(options: ExamineOptions): Promise<DatabaseRefusal | null> {
  const { url, directUrl, setting = 'DATABASE_URL' } = options.database;
  const wrong = await lookAt(url, setting, options);
  if (wrong !== null || directUrl === undefined) return wrong;
  return lookAt(directUrl, DIRECT, options);
}

async function lookAt(url: string, setting: string, options: ExamineOptions): Promise<DatabaseRefusal | null> {
  const open = (): Client => clientFor(url, options);
  const client = open();
  try {
    await client.connect();
    const isDirect = setting === DIRECT || options.database.pooler !== 'transaction';
    const words =
      (isDirect ? await poolerWords(client, open, setting) : await triedTransaction(client)) ??
      (options.writes === true ? await whyReadOnly(client) : null) ??
      (await missingRight(client, options.rights ?? []));
    return words === null ? null : { words, passes: 'never', by: 'look' };
  } catch (error) {
    const refusal = refusalOf(error, { url, setting });
    if (refusal === null) throw error;
    return refusal;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function clientFor(url: string, { name, answerMs = 5_000 }: ExamineOptions): Client {
  const bounds = { connectionTimeoutMillis: answerMs, query_timeout: answerMs };
  const client = new Client({ connectionString: url, application_name: name, ...bounds });
  client.on('error', () => undefined);
  return client;
}

async function poolerWords(client: Client, open: () => Client, setting: string): Promise<string | null> {
  if (!(await isTransactionPooler(client, open))) return null;
  return setting !== DIRECT
    ? POOLER_WORDS
    : `${setting} leads to a pooler that lends connections by transaction: name the database itself there, or unset it`;
}

/** Rejects where not even transactions are lent. */
async function triedTransaction(client: Client): Promise<null> {
  await client.query('BEGIN');
  await client.query('ROLLBACK');
  return null;
}

const MISSING = `
  SELECT needed->>0 AS table, needed->>1 AS right, current_user AS role
  FROM json_array_elements($1::json) needed
  WHERE to_regclass(needed->>0) IS NOT NULL AND NOT has_table_privilege(needed->>0, needed->>1) LIMIT 1`;

async function missingRight(client: Client, rights: ExamineOptions['rights'] & object): Promise<string | null> {
  if (rights.length === 0) return null;
  const { rows } = await client.query<{ table: string; right: string; role: string }>(MISSING, [
    JSON.stringify(rights),
  ]);
  const [missing] = rows;
  if (missing === undefined) return null;
  const { table, right, role } = missing;
  const [schema = ''] = table.split('.');
  return (
    `the role "${role}" lacks the right ${right} on the table ${table}: ` +
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO "${role}"`
  );
}
