import type { QueryOf } from '../api/answers';
import { oneOf, withParameters, type Address } from '../routing/address';
import { STATES, type StateName } from '../states/task-state';

type ListQuery = QueryOf<'listTasks'>;

/** The filters of the list that can be in the address, with what a chip calls them. */
export const FILTERS = {
  status: 'status',
  outcome: 'outcome',
  kind: 'kind',
  account: 'account',
  error_code: 'error code',
  confirmation: 'confirmation',
  contradicted: 'contradicted',
  parked: 'with parked events',
  session_id: 'session',
  input: 'input',
  output: 'output',
  received_after: 'received after',
  received_before: 'received before',
  updated_after: 'updated after',
  updated_before: 'updated before',
} as const satisfies Partial<Record<keyof ListQuery, string>>;
export type FilterName = keyof typeof FILTERS;

const NAMES = Object.keys(FILTERS) as FilterName[];

/** What can be chosen from; other filters take any text. */
export const CHOICES: Partial<Readonly<Record<FilterName, readonly string[]>>> = {
  status: ['queued', 'processing', 'finished', 'unknown'],
  outcome: ['succeeded', 'partially-failed', 'failed', 'undetermined'],
  kind: ['workflow', 'schedule', 'edit-media', 'live', 'batch', 'extract-blind-watermark', 'image', 'unknown'],
  confirmation: ['confirmed', 'unconfirmed'],
  contradicted: ['true', 'false'],
  parked: ['true', 'false'],
};

/** Filters of which a list takes one value: another one goes in its place. */
const SINGLE: ReadonlySet<FilterName> = new Set([
  ...(['contradicted', 'parked', 'received_after', 'received_before', 'updated_after', 'updated_before'] as const),
]);

/** The parameters of an address with a further value of a filter. */
export function withFilter(address: Address, name: FilterName, value: string): Address {
  const before = SINGLE.has(name) ? [] : (address.parameters[name] ?? []);
  return withParameters(address, { [name]: [...new Set([...before, value])] });
}

/** One filter that is set, as a chip shows it. */
export interface FilterChip {
  readonly name: FilterName;
  readonly label: string;
  readonly value: string;
}

/** The filters of an address, those of the state apart, which the state's button shows. */
export function chipsOf(address: Address): readonly FilterChip[] {
  return NAMES.flatMap((name) =>
    (address.parameters[name] ?? []).map((value) => ({ name, label: FILTERS[name], value })),
  ).filter(({ name }) => !(isStateFilter(name) && stateAsked(address) !== null));
}

const isStateFilter = (name: FilterName): boolean => name === 'status' || name === 'outcome';

/** The one state that an address asks for; null: any, or several. */
export function stateAsked({ parameters }: Address): StateName | null {
  const asked = [...(parameters['status'] ?? []), ...(parameters['outcome'] ?? [])];
  const [only] = asked;
  return asked.length === 1 && only !== undefined && Object.hasOwn(STATES, only) ? (only as StateName) : null;
}

/** The members of a task that the list shows. */
const FIELDS = [
  ...(['account', 'task_id', 'kind', 'status', 'outcome', 'error_code', 'confirmation', 'contradicted'] as const),
  ...(['parked', 'incomplete', 'version', 'first_received', 'updated', 'failed_subtask'] as const),
];

/** More than two windows of rows: what is seen first comes first. */
const PAGE_SIZE = 50;

/** By which time the list is ordered, as the address says it. */
export const orderOf = (address: Address): NonNullable<ListQuery['order']> =>
  oneOf(address, 'order') === 'updated' ? 'updated' : 'first_received';

/** What the API is asked for, by the address. Values are as they are there: the API says which are wrong. */
export function listQuery(address: Address): ListQuery {
  const filters = Object.fromEntries(
    NAMES.flatMap((name) => {
      const values = address.parameters[name];
      return values === undefined ? [] : [[name, values]];
    }),
  );
  const q = oneOf(address, 'q');
  const order = oneOf(address, 'order');
  return {
    ...(filters as ListQuery),
    ...(q !== null && q !== '' && { q }),
    ...(order !== null && { order: order as NonNullable<ListQuery['order']> }),
    fields: FIELDS,
    limit: PAGE_SIZE,
  };
}

/** The same filters, for the numbers of tasks by state: of all states. */
export function countQuery(address: Address): QueryOf<'countTasks'> {
  const { status: _s, outcome: _o, fields: _f, limit: _l, order: _r, ...filters } = listQuery(address);
  return filters;
}

/** Whether any filter or search is set. */
export const isFiltered = (address: Address): boolean =>
  oneOf(address, 'q') !== null || NAMES.some((name) => address.parameters[name] !== undefined);
