/** What a task or subtask is shown as: one word for status and outcome together, with a colour of its own. */
export const STATES = {
  queued: 'Queued',
  processing: 'Processing',
  succeeded: 'Succeeded',
  'partially-failed': 'Partially failed',
  failed: 'Failed',
  undetermined: 'Undetermined',
  finished: 'Finished',
  unknown: 'Unknown',
} as const;
export type StateName = keyof typeof STATES;

export interface StatusWithOutcome {
  readonly status: string;
  readonly outcome?: string | null;
}

/** The state of a task, or of a subtask, whose status is its outcome as well. */
export function stateOf({ status, outcome = null }: StatusWithOutcome): StateName {
  const name = outcome ?? status;
  return Object.hasOwn(STATES, name) ? (name as StateName) : 'unknown';
}

/** The filters of the API by which a state is found. */
export function filterOf(state: StateName): { readonly status: string | null; readonly outcome: string | null } {
  const isOutcome =
    state === 'succeeded' || state === 'failed' || state === 'partially-failed' || state === 'undetermined';
  return isOutcome ? { status: null, outcome: state } : { status: state, outcome: null };
}
