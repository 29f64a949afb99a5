import { oneOf, withParameters, type Address } from '../routing/address';
import type { TimelineFilter } from './use-history';

/** What the view of one task shows, as its address says it. */
export interface ShownTaskPlace {
  readonly account: string;
  readonly id: string;
  /** Null: as it is. */
  readonly version: number | null;
  /** The version that the shown one is compared with; null: none. */
  readonly compare: number | null;
  readonly panel: TaskPanel | null;
  /** Which events the timeline shows. */
  readonly filter: TimelineFilter;
}

/** The filters of the timeline, by what the address calls them. */
export const HISTORY_FILTERS = { type: 'event-type', trust: 'trust', annotation: 'annotation' } as const;
export type TimelineFilterName = keyof typeof HISTORY_FILTERS;

/** What is looked at beside it. */
export type TaskPanel =
  | { readonly of: 'subtask'; readonly key: string }
  | { readonly of: 'event'; readonly position: string }
  | { readonly of: 'why'; readonly value: string; readonly subtask: string | null };

export function taskPlace(address: Address): ShownTaskPlace {
  return {
    account: oneOf(address, 'account') ?? 'default',
    id: oneOf(address, 'task') ?? '',
    version: versionIn(address, 'version'),
    compare: versionIn(address, 'compare'),
    panel: panelIn(address),
    filter: filterIn(address),
  };
}

/** Values are as they are in the address: the API says which are wrong. */
function filterIn({ parameters }: Address): TimelineFilter {
  const given = Object.entries(HISTORY_FILTERS).flatMap(([name, parameter]) => {
    const values = parameters[parameter];
    return values === undefined ? [] : [[name, values] as const];
  });
  return Object.fromEntries(given);
}

function versionIn(address: Address, name: string): number | null {
  const text = oneOf(address, name);
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

function panelIn(address: Address): TaskPanel | null {
  const [why, event, key] = ['why', 'event', 'subtask'].map((name) => oneOf(address, name));
  if (why !== null && why !== undefined) return { of: 'why', value: why, subtask: key ?? null };
  if (event !== null && event !== undefined) return { of: 'event', position: event };
  return key === null || key === undefined ? null : { of: 'subtask', key };
}

/** The address with another panel beside the task; null: none. */
export function withPanel(address: Address, panel: TaskPanel | null): Address {
  const none = { subtask: null, event: null, why: null };
  switch (panel?.of) {
    case undefined:
      return withParameters(address, none);
    case 'subtask':
      return withParameters(address, { ...none, subtask: panel.key });
    case 'event':
      return withParameters(address, { ...none, event: panel.position });
    case 'why':
      return withParameters(address, { ...none, why: panel.value, subtask: panel.subtask });
    default:
      return panel satisfies never;
  }
}
