import type { Pool } from 'pg';
import { parsePosition, stateChangeId } from '@mps-ledger/records';
import type { Follower } from './follower';
import type { TrueRecord } from './true-record';

/** All records of both streams, in the order of each partition. */
export interface Truth {
  readonly facts: readonly TrueRecord[];
  readonly 'state-changes': readonly TrueRecord[];
}

export async function readTruth(pool: Pool): Promise<Truth> {
  const facts = await pool.query<TrueRecord>(
    `SELECT partition, "offset"::int, event_id AS id, account, 'mps.' || type AS type, null AS kind, null AS status, null AS outcome
     FROM tasks_v1.history ORDER BY partition, "offset"`,
  );
  const changes = await pool.query<TrueRecord & { readonly key: string; readonly raw: number }>(
    `SELECT partition, "offset"::int, encode(task_key, 'hex') AS key, raw_offset::int AS raw, account,
       'mps.task-state.changed' AS type, kind, status, outcome
     FROM tasks_v1.transition ORDER BY partition, "offset"`,
  );
  const withIds = changes.rows.map(({ key, raw, ...row }) => ({ ...row, id: stateChangeId(key, row.partition, raw) }));
  return { facts: facts.rows, 'state-changes': withIds };
}

/** What is wrong with what a follower got: empty where it saw each record that it asked for once, in the order of its partition. */
export function faultsOf(follower: Follower, truth: Truth): readonly string[] {
  const records = truth[follower.stream];
  const from = parsePosition(follower.from ?? '')?.offsets ?? [];
  const end = parsePosition(follower.position ?? '')?.offsets ?? [];
  const isExpected = (record: TrueRecord): boolean =>
    record.offset >= (from[record.partition] ?? 0) &&
    record.offset < (end[record.partition] ?? 0) &&
    follower.wants(record);
  const expected = inPartitions(records.filter(isExpected).map((record) => [record.partition, placeText(record)]));
  const partitions = new Map(records.map(({ id, partition }) => [id, partition]));
  const seen = inPartitions(
    follower.seen.map(({ id, position }): [number, string] => {
      const partition = partitions.get(id) ?? -1;
      const offset = (parsePosition(position)?.offsets[partition] ?? 0) - 1;
      return [partition, placeText({ partition, offset, id })];
    }),
  );
  return [...new Set([...expected.keys(), ...seen.keys()])].flatMap((partition) =>
    differences(expected.get(partition) ?? [], seen.get(partition) ?? []).map((what) => `${follower.name}: ${what}`),
  );
}

const placeText = ({ partition, offset, id }: Pick<TrueRecord, 'partition' | 'offset' | 'id'>): string =>
  `${partition}:${offset} ${id}`;

function inPartitions(places: readonly (readonly [number, string])[]): ReadonlyMap<number, readonly string[]> {
  const partitions = new Map<number, string[]>();
  for (const [partition, place] of places) {
    const list = partitions.get(partition) ?? [];
    list.push(place);
    partitions.set(partition, list);
  }
  return partitions;
}

/** The first difference of two lists. */
function differences(expected: readonly string[], seen: readonly string[]): readonly string[] {
  const longest = Math.max(expected.length, seen.length);
  for (let n = 0; n < longest; n += 1)
    if (expected[n] !== seen[n])
      return [`number ${n} of ${expected.length} is ${expected[n] ?? 'the end'}, it saw ${seen[n] ?? 'nothing more'}`];
  return [];
}
