import { useRef } from 'preact/hooks';
import { withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { filterOf, STATES, type StateName } from '../states/task-state';
import { stateAsked } from './filters';
import type { StateCounts } from './use-counts';

/** In the order of what an operator looks for; these have a button in any case. */
const ALWAYS: readonly StateName[] = ['failed', 'partially-failed', 'processing', 'succeeded'];
/** Others have one where there are such tasks: at the end, so that it moves none when it comes. */
const SOMETIMES: readonly StateName[] = ['queued', 'undetermined', 'finished', 'unknown'];

interface StateButtonsProps {
  readonly counts: StateCounts | null;
  /** The numbers are read for the first time: what is wide with them is not shown yet. */
  readonly isReading: boolean;
}

/** How many tasks are in each state: each number is the button that shows them. */
export function StateButtons({ counts, isReading }: StateButtonsProps) {
  const widths = useRef(new Map<string, number>());
  const address = useAddress();
  const asked = stateAsked(address);
  const isAny = address.parameters['status'] === undefined && address.parameters['outcome'] === undefined;
  const isThere = (state: StateName): boolean =>
    state === asked || (counts?.byState.get(state) ?? 0) > 0 || widths.current.has(state);
  const shown = [...ALWAYS, ...SOMETIMES.filter(isThere)];
  const numberOf = (name: string, count: number) => (
    <CountNumber count={count} isEstimated={counts?.estimated === true} widths={widths.current} name={name} />
  );
  return (
    <nav class={isReading ? 'states states-reading' : 'states'} aria-label="States">
      <Link
        class="state-button"
        to={withParameters(address, { status: null, outcome: null })}
        aria-current={isAny ? 'true' : undefined}
      >
        All {counts !== null && numberOf('all', counts.total)}
      </Link>
      {shown.map((state) => (
        <Link
          key={state}
          class={`state-button state-${state}`}
          to={withParameters(address, state === asked ? { status: null, outcome: null } : filterOf(state))}
          aria-current={state === asked ? 'true' : undefined}
        >
          <span class="state-dot" aria-hidden="true" />
          {STATES[state]} {counts !== null && numberOf(state, counts.byState.get(state) ?? 0)}
        </Link>
      ))}
    </nav>
  );
}

interface CountNumberProps {
  readonly name: string;
  readonly count: number;
  readonly isEstimated: boolean;
  /** How wide each number was, characters. */
  readonly widths: Map<string, number>;
}

/** A number with room for one more digit, so that nothing beside it moves when it grows. */
function CountNumber({ name, count, isEstimated, widths }: CountNumberProps) {
  const text = `${isEstimated ? '~' : ''}${count.toLocaleString('en')}`;
  const kept = widths.get(name) ?? 0;
  const width = text.length > kept ? text.length + 1 : kept;
  widths.set(name, width);
  return (
    <span class="count" style={{ minWidth: `${width}ch` }}>
      {text}
    </span>
  );
}
