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

/** Finds tasks in the tables of `search`. */
export function makeTaskFinder(schema: string, terms: SearchTerms): TaskFinder {
  const wanted = fragmentsOf(terms);
  const likes = (values: unknown[]): string =>
    wanted.map((one) => `words like any ($${values.push(one.map(containing))}::text[])`).join(' and ');
  const indexed = (values: unknown[]): string =>
    wanted
      .map((one) => {
        const each = one.map((part) => `trigrams @> $${values.push(trigramsOfFragment(part))}::integer[]`);
        return `(${each.join(' or ')})`;
      })
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
      `select task_key from ${schema}.task_words where task_key < '\\x01'::bytea and ${likes(values)}`,
    matching: (limit, values) =>
      `select task_key from ${schema}.task_words where ${indexed(values)} and ${likes(values)} limit ${limit}`,
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
