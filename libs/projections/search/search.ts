import type { ClientBase } from 'pg';
import type { LogRecord } from '@mps-ledger/event-log';
import { taskKey } from '@mps-ledger/read-model';
import { fromEventRecord, TOPICS } from '@mps-ledger/records';
import type { OptionalProjection, ProjectionRows } from '../projection';
import { withSchema } from '../sql';
import { trigramsOf } from './trigrams';
import { linesOf } from './words';

/** What a task is found by at most, in UTF-16 units; what comes beyond is left out. */
export const MAX_WORDS = 100_000;

interface SearchRow {
  /** Hex. */
  readonly key: string;
  readonly account: string;
  /** RFC 3339: when the notification behind its first event in the log was received, as `first_received` of the task. Never changes. */
  readonly received: string;
  /** Lines, each with its line feed, in the order in which they came. */
  readonly words: string;
  /** Lines were left out. */
  readonly isCut: boolean;
}

/** `words` is compared and `trigrams` looked up; a task of many outputs is changed often, and has both stored outside of its row. */
const TABLES = `
CREATE TABLE $schema.task_words (
  task_key bytea NOT NULL,
  account text COLLATE "C" NOT NULL,
  received timestamptz NOT NULL,
  words text COLLATE "C" NOT NULL,
  trigrams integer[] NOT NULL,
  is_cut boolean NOT NULL,
  CONSTRAINT task_words_pkey PRIMARY KEY (task_key)
) WITH (fillfactor = 85);
CREATE INDEX task_words_newest ON $schema.task_words (received, task_key);
CREATE INDEX task_words_trigrams ON $schema.task_words USING gin (trigrams)`;

const READ = `SELECT encode(task_key, 'hex') AS key, received, words, is_cut
  FROM $schema.task_words WHERE task_key = ANY ($1::bytea[])`;

const WRITE = `INSERT INTO $schema.task_words AS t (task_key, account, received, words, trigrams, is_cut)
  SELECT decode(r.key, 'hex'), r.account, r.received, r.words, r.trigrams, r.is_cut
  FROM json_to_recordset($1::json)
    AS r (key text, account text, received timestamptz, words text, trigrams integer[], is_cut boolean)
  ON CONFLICT (task_key) DO UPDATE
  SET words = EXCLUDED.words, trigrams = EXCLUDED.trigrams, is_cut = EXCLUDED.is_cut`;

/** The projection `search`: what each task is found by. Only added to: also what was said of a task once and later revised is found. */
export const SEARCH: OptionalProjection<readonly SearchRow[]> = {
  name: 'search',
  // 2: inputs of edits.
  version: 2,
  topic: TOPICS.events,
  tables: TABLES,
  toRows,
  writeRows,
  probe: [{ key: '00', account: '', received: '1970-01-01T00:00:00Z', words: 'probe\n', isCut: false }],
};

interface Said {
  readonly account: string;
  readonly received: string;
  readonly lines: Set<string>;
}

async function toRows(
  records: readonly LogRecord[],
  client: ClientBase,
  schema: string,
): Promise<ProjectionRows<readonly SearchRow[]>> {
  const said = new Map<string, Said>();
  // What cannot be read is parked by the read model, and says nothing here.
  for (const record of records) {
    const decoded = fromEventRecord(record);
    if (!decoded.ok || decoded.event.data.task_id === undefined) continue;
    const { data, hearing } = decoded.event;
    const key = taskKey(data.account, data.task_id ?? '').toString('hex');
    const task = said.get(key) ?? { account: data.account, received: hearing.received, lines: new Set<string>() };
    said.set(key, task);
    for (const line of linesOf(decoded.event)) task.lines.add(line);
  }
  return { rows: await changedRows(said, client, schema), parked: [] };
}

interface StoredRow {
  readonly key: string;
  readonly received: Date;
  readonly words: string;
  readonly is_cut: boolean;
}

/** Rows that the lines change: most notifications about a task repeat what is known. */
async function changedRows(
  said: ReadonlyMap<string, Said>,
  client: ClientBase,
  schema: string,
): Promise<readonly SearchRow[]> {
  const keys = [...said.keys()].map((key) => Buffer.from(key, 'hex'));
  const { rows } = await client.query<StoredRow>(withSchema(READ, schema), [keys]);
  const stored = new Map(rows.map((row) => [row.key, row]));
  return [...said].flatMap(([key, task]) => changedRow(key, task, stored.get(key)) ?? []);
}

function changedRow(key: string, { account, received, lines }: Said, stored: StoredRow | undefined): SearchRow | null {
  const before = stored?.words ?? '';
  const known = new Set(before.split('\n'));
  let words = before;
  let isCut = stored?.is_cut ?? false;
  for (const line of lines) {
    if (known.has(line)) continue;
    if (words.length + line.length >= MAX_WORDS) isCut = true;
    else words += `${line}\n`;
  }
  if (words === stored?.words && isCut === stored.is_cut) return null;
  return { key, account, received: stored?.received.toISOString() ?? received, words, isCut };
}

async function writeRows(client: ClientBase, schema: string, _: number, rows: readonly SearchRow[]): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map(({ isCut, ...row }) => ({ ...row, trigrams: trigramsOf(row.words), is_cut: isCut }));
  await client.query(withSchema(WRITE, schema), [JSON.stringify(given)]);
}
