/** What the page shows, as its address says it: all of its state is in the query of the URL. */
export type ViewName = 'tasks' | 'task' | 'errors' | 'pipeline' | 'usage';

const VIEWS: readonly ViewName[] = ['tasks', 'task', 'errors', 'pipeline', 'usage'];

/** The parameters of an address, by name; each may have several values. */
export type AddressParameters = Readonly<Record<string, readonly string[]>>;

export interface Address {
  readonly view: ViewName;
  readonly parameters: AddressParameters;
}

/** Reads the query of a URL. An unknown view is the list of tasks. */
export function parseAddress(search: string): Address {
  const given = new URLSearchParams(search);
  const view = VIEWS.find((name) => name === given.get('view')) ?? 'tasks';
  const names = [...new Set(given.keys())].filter((name) => name !== 'view');
  return { view, parameters: Object.fromEntries(names.map((name) => [name, given.getAll(name)])) };
}

/** The query of a URL, with its `?`; the shortest that says the same. */
export function formatAddress({ view, parameters }: Address): string {
  const query = new URLSearchParams(view === 'tasks' ? {} : { view });
  for (const [name, values] of Object.entries(parameters)) for (const value of values) query.append(name, value);
  // A query that is empty has to be there, or a link with it would lead nowhere else.
  return `?${query.toString()}`;
}

/** The same address with other parameters; `null` removes one. */
export function withParameters(
  address: Address,
  changes: Readonly<Record<string, string | readonly string[] | null>>,
): Address {
  const changed = Object.entries({ ...address.parameters, ...changes }).flatMap(([name, value]) => {
    const values = value === null ? [] : [value].flat();
    return values.length === 0 ? [] : [[name, values] as const];
  });
  return { ...address, parameters: Object.fromEntries(changed) };
}

/** The one value of a parameter; null where there is none. */
export const oneOf = ({ parameters }: Address, name: string): string | null => parameters[name]?.[0] ?? null;

/** AddressParameters that stay when another view is opened. */
export const LASTING = ['time'] as const;

/** The address of another view, with what lasts. */
export function viewAddress(from: Address, view: ViewName, parameters: AddressParameters = {}): Address {
  const lasting = LASTING.flatMap((name) => {
    const values = from.parameters[name];
    return values === undefined ? [] : [[name, values] as const];
  });
  return { view, parameters: { ...parameters, ...Object.fromEntries(lasting) } };
}
