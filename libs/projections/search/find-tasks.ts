import type { Pool } from 'pg';
import type { TaskFinder } from '@mps-ledger/read-model';
import { trigramsOfFragment } from './trigrams';
import { MARKS, searchable } from './words';

/** What tasks are looked for by: what is given must all match, and of several places one. */
export interface SearchTerms {
  /** A part of a TaskId, SessionId, error code, message, or place. */
  readonly q?: string;
  /** Places of inputs: `bucket/key` or a URL; with `*` at the end, how they begin. */
  readonly input?: readonly string[];
  /** Places of outputs, likewise. */
  readonly output?: readonly string[];
}

/** How many tasks have a trigram; those that are missing are in few. */
export type TrigramCounts = ReadonlyMap<number, number>;

/** What the index is asked for has a trigram that no more tasks have: to name the tasks takes as long as the rarest trigram is common. */
const RARE_TASKS = 150_000;
/** Trigrams that more tasks have are left to comparing the text: to read their part of the index takes longer. */
const COMMON_TASKS = 500_000;

/** Finds tasks in the tables of `search`: a term of common trigrams alone without the index. */
export function makeTaskFinder(schema: string, terms: SearchTerms, counts: TrigramCounts): TaskFinder {
  const tasksOf = (trigram: number): number => counts.get(trigram) ?? 0;
  const lookedUp = (part: string): readonly number[] => {
    const trigrams = trigramsOfFragment(part, (trigram) => tasksOf(trigram) <= COMMON_TASKS);
    return trigrams.some((trigram) => tasksOf(trigram) <= RARE_TASKS) ? trigrams : [];
  };
  const wanted = fragmentsOf(terms);
  const likes = (values: unknown[]): string =>
    wanted.map((one) => `words like any ($${values.push(one.map(containing))}::text[])`).join(' and ');
  const rare = wanted.map((one) => one.map(lookedUp)).filter((one) => one.every((trigrams) => trigrams.length > 0));
  const indexed = (values: unknown[]): string =>
    rare
      .map((one) => `(${one.map((trigrams) => `trigrams @> $${values.push(trigrams)}::integer[]`).join(' or ')})`)
      .join(' and ');
  return {
    newest(behind, limit, values) {
      const [time, key] = behind ?? ['infinity', ''];
      const place = `($${values.push(time)}::timestamptz, $${values.push(Buffer.from(key, 'hex'))}::bytea)`;
      return `select task_key, received as at, ${likes(values)} as matches from ${schema}.task_words
        where (received, task_key) < ${place} order by received desc, task_key desc limit ${limit}`;
    },
    // Keys whose first byte is 0.
    sampled: (values) =>
      `select task_key, true as matches from ${schema}.task_words where task_key < '\\x01'::bytea and ${likes(values)}`,
    matching:
      rare.length === 0
        ? null
        : (limit, values) =>
            `select task_key, received as at, ${likes(values)} as matches from ${schema}.task_words where ${indexed(values)} limit ${limit}`,
  };
}

/** For each term, the fragments of which one must be in the words of a task. */
function fragmentsOf({ q, input = [], output = [] }: SearchTerms): readonly (readonly string[])[] {
  const places = (mark: string, given: readonly string[]): string[] => given.map((place) => placeFragment(mark, place));
  return [
    ...(q === undefined ? [] : [[searchable(q)]]),
    ...(input.length === 0 ? [] : [places(MARKS.input, input)]),
    ...(output.length === 0 ? [] : [places(MARKS.output, output)]),
  ];
}

function placeFragment(mark: string, place: string): string {
  return place.endsWith('*') ? mark + searchable(place.slice(0, -1)) : `${mark}${searchable(place)}\n`;
}

const containing = (fragment: string): string => `%${fragment.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** The next event offset that search reads, by partition. */
export async function readSearchPositions(db: Pick<Pool, 'query'>, schema: string): Promise<readonly number[]> {
  const sql = `SELECT position FROM ${schema}.checkpoint ORDER BY partition`;
  return (await db.query<{ position: string }>(sql)).rows.map(({ position }) => Number(position));
}

/** How many tasks have each trigram that is not rare, as Postgres' statistics know it. What they do not know is in 1 or 2 % of all tasks at most. */
export async function readTrigramCounts(db: Pick<Pool, 'query'>, schema: string): Promise<TrigramCounts> {
  const sql = `SELECT trigram, tasks FROM (
      SELECT e.trigram, e.frequency * (SELECT reltuples FROM pg_class WHERE oid = format('%I.task_words', $1::text)::regclass) AS tasks
      FROM pg_stats s
      CROSS JOIN LATERAL unnest(s.most_common_elems::text::integer[], s.most_common_elem_freqs) e (trigram, frequency)
      WHERE s.schemaname = $1 AND s.tablename = 'task_words' AND s.attname = 'trigrams' AND e.trigram IS NOT NULL
    ) known WHERE tasks > $2`;
  const { rows } = await db.query<{ trigram: number; tasks: number }>(sql, [schema, RARE_TASKS]);
  return new Map(rows.map(({ trigram, tasks }) => [trigram, tasks]));
}
