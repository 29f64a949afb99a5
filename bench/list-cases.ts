import { filtersAloneAndInPairs, notificationFilterValues, taskFilterValues } from '@mps-ledger/testing';
import type { FilterValues } from '@mps-ledger/testing';
import { askFor, type AskedCase } from './asking';
import type { Measurement, Stage } from './contract';
import { startGenerator, type Generator } from './generator';
import { MANY_HOURS, type ManyTasks } from './many-tasks';

/** Parameters of lists that are no filters. */
const NO_FILTERS = ['cursor', 'limit', 'fields', 'format', 'min_position', 'q', 'input', 'output'];

interface Contract {
  readonly paths: Readonly<Record<string, { readonly get: { readonly parameters: readonly Parameter[] } }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
}

/** The values of a path's filters, which are those that its contract declares. Rejects where one has no values here. */
async function valuesOf(port: number, path: string, known: FilterValues): Promise<FilterValues> {
  const contract = (await (await fetch(`http://127.0.0.1:${port}/openapi.json`)).json()) as Contract;
  const parameters = contract.paths[path]?.get.parameters ?? [];
  const names = parameters.flatMap((one) => (one.in === 'query' ? one.name : []));
  const filters = names.filter((name) => !NO_FILTERS.includes(name));
  const missing = filters.filter((name) => known[name] === undefined);
  if (filters.length === 0 || missing.length > 0)
    throw new Error(`${path} has filters without values in libs/testing/planted-lists.ts: ${missing.join(', ')}`);
  return Object.fromEntries(filters.map((name) => [name, known[name] ?? []]));
}

type Filter = Readonly<Record<string, string>>;

const pathOf = (path: string, filter: Filter): string => `${path}?${new URLSearchParams(filter).toString()}`;

/** A case for each filter and each two of them, with all their values: common, rare, absent, never together. */
function casesOf(path: string, { order: orders = [''], ...values }: FilterValues): readonly AskedCase[] {
  return orders.flatMap((order) => {
    const paths = new Map<string, string[]>();
    for (const filter of filtersAloneAndInPairs(values)) {
      const name = Object.keys(filter).join(' and ');
      const of = paths.get(name) ?? [];
      paths.set(name, of);
      of.push(pathOf(path, order === '' ? filter : { ...filter, order }));
    }
    const by = order === '' ? '' : `, ordered by ${order}`;
    return [...paths].map(([name, of]) => ({ name: `${path} by ${name}${by}`, paths: of }));
  });
}

/** The first page of each list by all filters and pairs, in each order. */
export async function listCases(port: number): Promise<readonly AskedCase[]> {
  const tasks = await valuesOf(port, '/v1/tasks', taskFilterValues(MANY_HOURS));
  const notifications = await valuesOf(port, '/v1/notifications', notificationFilterValues(MANY_HOURS));
  return [...casesOf('/v1/tasks', tasks), ...casesOf('/v1/notifications', notifications)];
}

/** The same of counts: also without a filter. */
export async function countCases(port: number): Promise<readonly AskedCase[]> {
  const path = '/v1/tasks/counts';
  const values = await valuesOf(port, path, taskFilterValues(MANY_HOURS));
  return [{ name: `${path} of all`, paths: [path] }, ...casesOf(path, values)];
}

const LISTERS = 12;

/** Reads by id, one at a time, alone and while others ask for all lists as fast as they are answered. */
export async function measureBesideLists(
  stage: Stage,
  generator: Generator,
  { ledger: { api: port }, ...tasks }: ManyTasks,
): Promise<readonly Measurement[]> {
  const seconds = stage.options.quick ? 3 : 10;
  const reads = { port, paths: tasks.listedPaths(5_000), connections: 1, seconds };
  const lists = (await listCases(port)).flatMap(({ paths }) => paths);
  await askFor(stage, generator, reads);
  const alone = await askFor(stage, generator, reads);
  const others = startGenerator();
  try {
    const [beside] = await Promise.all([
      askFor(stage, generator, reads),
      askFor(stage, others, { port, paths: lists, connections: LISTERS, seconds }),
    ]);
    return [
      { case: 'by id, one at a time', unit: 'ms p95', better: 'less', value: alone.p95 },
      { case: `by id, while ${LISTERS} ask for lists`, unit: 'ms p95', better: 'less', value: beside.p95 },
    ];
  } finally {
    others.close();
  }
}
