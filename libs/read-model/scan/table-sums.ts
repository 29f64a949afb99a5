import { stateDigest, TOPICS } from '@mps-ledger/records';
import { initialState } from '@mps-ledger/tasks';
import type { ReadModel } from '../read-model';
import type { Bytes } from '../entities';
import {
  COUNT_HISTORY,
  LAST_PLACES,
  PLACES,
  STATE_GROUPS,
  SUMS_OF_GROUPS,
  SUMS_OF_PLACES,
  SUMS_OF_STRETCHES,
  SUMS_OF_TASKS,
} from '../sql/table-sums';
import type { ComparedTable } from './compared-tables';

/** What rows come to, by the name of what they are of. Equal sums are equal rows, but for one case in 2^64. */
export type TableSums = ReadonlyMap<string, string>;

/** Positions of a topic, by partition. */
export type Positions = readonly number[];

/** TableSums of a table by group of tasks: the first two bytes of their keys, as a decimal number. */
export function sumGroups(model: ReadModel, table: ComparedTable, upTo: Positions): Promise<TableSums> {
  return sums(model, SUMS_OF_GROUPS(model.schema, table), [upTo]);
}

/** TableSums of a table by task, for the tasks of some groups. */
export function sumTasks(
  model: ReadModel,
  table: ComparedTable,
  upTo: Positions,
  groups: readonly string[],
): Promise<TableSums> {
  const bounds = groups.map((group) => boundsOf(Number(group)));
  const values = [upTo, bounds.map(({ low }) => low), bounds.map(({ high }) => high)];
  return sums(model, SUMS_OF_TASKS(model.schema, table), values);
}

/** TableSums of a table by stretches of the log, `<partition>/<number>`. */
export function sumStretches(model: ReadModel, table: ComparedTable, upTo: Positions): Promise<TableSums> {
  return sums(model, SUMS_OF_STRETCHES(model.schema, table), [upTo]);
}

/** TableSums of a table by place, `<partition>/<offset>`, for one stretch. */
export function sumPlaces(
  model: ReadModel,
  table: ComparedTable,
  upTo: Positions,
  stretch: string,
): Promise<TableSums> {
  const [partition, number] = stretch.split('/').map(Number);
  return sums(model, SUMS_OF_PLACES(model.schema, table), [upTo, partition, (number ?? 0) * PLACES]);
}

/** A group of tasks, and the digest over their states. */
export interface StateGroup {
  /** The first four hex digits of the keys. */
  readonly name: string;
  readonly tasks: number;
  readonly digest: string;
}

/** The groups of tasks in order, for `StatesDigest`. */
export async function readStateGroups(model: ReadModel): Promise<readonly StateGroup[]> {
  const { rows } = await model.db.query<Omit<StateGroup, 'name'> & { readonly number: number }>(
    STATE_GROUPS(model.schema),
    [stateDigest(initialState)],
  );
  return rows.map(({ number, tasks, digest }) => ({ name: hexOf(number), tasks, digest }));
}

/** How many records history has, by partition. */
export async function countHistory(model: ReadModel, upTo: Positions): Promise<readonly number[]> {
  const { rows } = await model.db.query<{ partition: number; records: string }>(COUNT_HISTORY(model.schema), [upTo]);
  const counts = new Map(rows.map(({ partition, records }) => [partition, Number(records)]));
  return upTo.map((_, partition) => counts.get(partition) ?? 0);
}

/** A place of the event topic. */
export interface LastPlace {
  readonly partition: number;
  readonly offset: number;
}

/** The places of the last records of tasks, applied and parked; nothing of a task without. */
export async function readLastPlaces(
  model: ReadModel,
  keys: readonly Bytes[],
): Promise<ReadonlyMap<Bytes, readonly LastPlace[]>> {
  type Row = { readonly name: Bytes; readonly partition: number; readonly offset: string };
  const { rows } = await model.db.query<Row>(LAST_PLACES(model.schema, TOPICS.events), [keys]);
  const places = new Map<Bytes, LastPlace[]>();
  for (const { name, partition, offset } of rows)
    places.set(name, [...(places.get(name) ?? []), { partition, offset: Number(offset) }]);
  return places;
}

async function sums(model: ReadModel, text: string, values: unknown[]): Promise<TableSums> {
  const { rows } = await model.db.query<{ readonly name: string; readonly sum: string }>(text, values);
  return new Map(rows.map(({ name, sum }) => [name, sum]));
}

const hexOf = (group: number): string => group.toString(16).padStart(4, '0');

/** Above the key of any task. */
const END = `\\x${'ff'.repeat(33)}`;

function boundsOf(group: number): { readonly low: Bytes; readonly high: Bytes } {
  return { low: `\\x${hexOf(group)}`, high: group === 0xffff ? END : `\\x${hexOf(group + 1)}` };
}
