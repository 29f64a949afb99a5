import { trigramsOf } from '@mps-ledger/projections';
import type { Client } from 'pg';
import { fillTables, timed } from './bulk';
import type { Stage } from './contract';
import { copyRows } from './copy-text';
import { onDatabase } from './stage';

/** Connections that write at once. */
const WRITERS = 2;
const ROWS_AT_ONCE = 1_000;

interface SearchRow {
  /** Hex. */
  readonly key: string;
  readonly account: string;
  readonly received: string;
  readonly words: string;
}

/**
 * What the projection would find each task by: its id, its session, an error with its message where it failed, an input and two outputs.
 * The names in paths are digests, as a provider's are ids.
 */
const ROWS = `SELECT encode(task_key, 'hex') AS key, account, to_char(first_received AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS received,
    lower(task_id) || E'\\n' || coalesce(session_id || E'\\n', '')
      || coalesce(error_code || E'\\n' || CASE error_code WHEN '30010' THEN 'the input is no valid video' WHEN '40000' THEN 'the template does not exist'
        WHEN '70001' THEN 'internal error of worker ' || left(md5(task_id), 8) ELSE 'the connection was reset while the input was fetched' END || E'\\n', '')
      || E'\\x01videos-1250000000/2026/' || to_char(first_received, 'MM/DD') || '/' || md5(task_id) || E'.mp4\\n'
      || E'\\x02/output/' || md5(task_id) || E'/transcode_100210.m3u8\\n' || E'\\x02/output/' || md5(task_id) || E'/cover_0.jpg\\n' AS words
  FROM (SELECT task_key, account, first_received, task_id, session_id, nullif(error_code, '0') AS error_code FROM tasks_v1.task
    WHERE (first_received, task_key) > ($1::timestamptz, $2::bytea) AND get_byte(task_key, 31) % ${WRITERS} = $3
    ORDER BY first_received, task_key LIMIT ${ROWS_AT_ONCE}) task`;

/** Fills the projection for all tasks of the read model, with trigrams made by its own code, in the order in which they came. */
export async function fillSearch(stage: Stage, url: string): Promise<void> {
  await onDatabase(url, async (client) => {
    const schema = await schemaOfSearch(client);
    await client.query(`TRUNCATE ${schema}.task_words`);
    const writers = Array.from({ length: WRITERS }, (_, part) => part);
    await fillTables(stage, client, [`${schema}.task_words`], () =>
      timed(stage, 'rows of search', () => Promise.all(writers.map((part) => fillPart(url, schema, part)))),
    );
    // As if it had followed the log to where the read model is.
    await client.query(`UPDATE ${schema}.checkpoint s SET position = c.position
      FROM tasks_v1.checkpoint c WHERE c.topic = s.topic AND c.partition = s.partition`);
  });
}

async function schemaOfSearch(client: Client): Promise<string> {
  const sql = `SELECT schemaname AS schema FROM pg_tables WHERE tablename = 'task_words'`;
  const { rows } = await client.query<{ schema: string }>(sql);
  if (rows[0] === undefined) throw new Error('the projection search has no tables');
  return rows[0].schema;
}

async function fillPart(url: string, schema: string, part: number): Promise<void> {
  const copy = `COPY ${schema}.task_words (task_key, account, received, words, trigrams, is_cut) FROM STDIN`;
  await onDatabase(url, async (client) => {
    await client.query('SET synchronous_commit = off');
    for (let after: readonly [string, string] = ['-infinity', '']; ;) {
      const { rows } = await client.query<SearchRow>(ROWS, [after[0], Buffer.from(after[1], 'hex'), part]);
      const last = rows.at(-1);
      if (last === undefined) return;
      await copyRows(client, copy, rows.map(copyRow).join(''));
      after = [last.received, last.key];
    }
  });
}

function copyRow({ key, account, received, words }: SearchRow): string {
  const escaped = words.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `\\\\x${key}\t${account}\t${received}\t${escaped}\t{${trigramsOf(words).join()}}\tf\n`;
}
