import { withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { filterOf, STATES, type StateName } from '../states/task-state';
import { stateAsked } from './filters';
import type { StateCounts } from './use-counts';

/** In the order of what an operator looks for. Others have a button where there are such tasks. */
const ALWAYS: readonly StateName[] = ['failed', 'partially-failed', 'processing', 'succeeded'];
const ORDER: readonly StateName[] = [
  ...['failed', 'partially-failed', 'undetermined', 'processing', 'queued', 'unknown', 'finished', 'succeeded'],
] as StateName[];

/** How many tasks are in each state: each number is the button that shows them. */
export function StateButtons({ counts }: { readonly counts: StateCounts | null }) {
  const address = useAddress();
  const asked = stateAsked(address);
  const isAny = address.parameters['status'] === undefined && address.parameters['outcome'] === undefined;
  const shown = ORDER.filter(
    (state) => ALWAYS.includes(state) || state === asked || (counts?.byState.get(state) ?? 0) > 0,
  );
  const numberOf = (count: number): string => `${counts?.estimated === true ? '~' : ''}${count.toLocaleString('en')}`;
  return (
    <nav class="states" aria-label="States">
      <Link
        class="state-button"
        to={withParameters(address, { status: null, outcome: null })}
        aria-current={isAny ? 'true' : undefined}
      >
        All {counts !== null && <span class="count">{numberOf(counts.total)}</span>}
      </Link>
      {shown.map((state) => (
        <Link
          key={state}
          class={`state-button state-${state}`}
          to={withParameters(address, state === asked ? { status: null, outcome: null } : filterOf(state))}
          aria-current={state === asked ? 'true' : undefined}
        >
          <span class="state-dot" aria-hidden="true" />
          {STATES[state]} {counts !== null && <span class="count">{numberOf(counts.byState.get(state) ?? 0)}</span>}
        </Link>
      ))}
    </nav>
  );
}
