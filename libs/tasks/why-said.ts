import { claimText } from './claims';
import type { Claim } from './claims';
import { isEmpty, keyText } from './forms';
import type { Json } from './json';
import type { Register } from './register';
import { SUBTASK_STATUSES } from './subtask';
import { stateOfEvent, TASK_STATUSES } from './task';
import { TRUSTS } from './task-events';
import type { TaskEvent, Trust } from './task-events';
import type { ValueRule } from './why-rules';

/** One thing that an event says, with its rank: numbers and texts in the order of the rule's criteria. */
export interface Saying {
  /** Null: of the task itself. */
  readonly subtask: string | null;
  /** What it is said of: `status`, `input`, `metadata/Width`, … */
  readonly value: string;
  readonly rule: Exclude<ValueRule, 'computed'>;
  readonly rank: readonly (number | string)[];
  readonly said: Json;
}

const trustRank = (trust: Trust): number => TRUSTS.indexOf(trust);

/** All that one event says: read from the state after it alone, so that it is what the fold joins. */
export function sayingsOf(event: TaskEvent): readonly Saying[] {
  const state = stateOfEvent(event);
  const sayings: Saying[] = [];
  const say = (subtask: string | null, value: string, saying: Omit<Saying, 'subtask' | 'value'> | null): void => {
    if (saying !== null) sayings.push({ subtask, value, ...saying });
  };
  if (event.type.startsWith('task.') || event.type.startsWith('live.'))
    say(null, 'status', ending(state.level, state.claims[0], TASK_STATUSES[state.level]));
  say(null, 'kind', reported(state.kind));
  say(null, 'input', reported(state.input));
  say(null, 'session_id', reported(state.sessionId));
  say(null, 'session_context', reported(state.sessionContext));
  for (const [name, member] of state.metadata) say(null, `metadata/${name}`, reported(member));
  if (state.live !== null) {
    say(null, 'live/start_offset', counted(state.live.start));
    say(null, 'live/end_offset', counted(state.live.end));
  }
  for (const { key, level, claims, progress, input, twins } of state.subtasks.values()) {
    const [claim] = claims;
    if (twins === null) say(key, 'status', ending(level, claim, SUBTASK_STATUSES[level]));
    if (progress !== null) say(key, 'progress', counted(progress));
    say(key, 'input', reported(input));
    if (twins !== null) say(key, 'twins/total', counted(twins.total));
    for (const end of ['succeeded', 'failed'] as const) {
      if (twins !== null) say(key, `twins/${end}`, counted(twins[end]));
      else if (claim?.end === end) say(key, `twins/${end}`, counted(1));
    }
  }
  return sayings;
}

function ending(level: number, claim: Claim | undefined, status: string): Omit<Saying, 'subtask' | 'value'> {
  if (claim === undefined) return { rule: 'end', rank: [level, -1, '', -1, '', ''], said: { status } };
  const { end, trust, time, id, errorCode = null, errorCodeExt = null, message = null, output = null } = claim;
  const rank = [level, trustRank(trust), time, end === 'failed' ? 1 : 0, claimText(claim), id];
  return { rule: 'end', rank, said: { end, error_code: errorCode, error_code_ext: errorCodeExt, message, output } };
}

function reported(register: Register<Json> | null): Omit<Saying, 'subtask' | 'value'> | null {
  if (register === null) return null;
  const { value, level, trust, asked, id } = register;
  return {
    rule: 'report',
    rank: [isEmpty(value) ? 0 : 1, level, trustRank(trust), asked, keyText(value), id],
    said: value,
  };
}

function counted(number: number): Omit<Saying, 'subtask' | 'value'> {
  return { rule: 'maximum', rank: [number], said: number };
}
