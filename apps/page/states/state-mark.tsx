import { STATES, type StateName } from './task-state';

/** A state by colour, shape and word. */
export function StateMark({ state }: { readonly state: StateName }) {
  return (
    <span class={`state state-${state}`}>
      <span class="state-dot" aria-hidden="true" />
      {STATES[state]}
    </span>
  );
}
