import { confirmationOf, disagree, distinctCodes, distinctOutputs } from './claims';
import type { Claim, Claims, Confirmation, End } from './claims';
import { describeError } from './error-class';
import type { ErrorView } from './error-class';
import { isEmpty } from './forms';
import type { Json } from './json';
import { exceedsListed } from './listed';
import { computeOutcome } from './outcome';
import type { Outcome } from './outcome';
import { compareText } from './register';
import { endsOf, subtaskStatus } from './subtask';
import type { SubtaskState, SubtaskStatus, TwinCounts } from './subtask';
import { taskStatus } from './task';
import type { TaskState, TaskStatus } from './task';
import type { TaskKind, Trust } from './task-events';

/** A claim about an end as the API shows it, when there are several. */
export interface EndView extends Omit<ErrorView, 'error_note'> {
  readonly end: End;
  readonly error_code: number | string | null;
  readonly error_code_ext: string | null;
  readonly message: string | null;
  readonly output: Json;
  readonly trust: Trust;
  /** The provider's finish time; for a reconciled event the time of the query to MPS; null if there is none. */
  readonly time: string | null;
}

/** A subtask as the API shows it. Error and output belong to the winning end. */
export interface SubtaskView extends ErrorView {
  readonly key: string;
  readonly kind: string;
  readonly definition: string | null;
  readonly status: SubtaskStatus;
  /** 0 to 100; 100 for a succeeded subtask; null if none was reported. */
  readonly progress: number | null;
  /** 0 for a success; null while open, or if a failure gave none. */
  readonly error_code: number | string | null;
  readonly error_code_ext: string | null;
  readonly message: string | null;
  readonly input: Json;
  readonly output: Json;
  readonly contradicted: boolean;
  readonly revised: boolean;
  /** An open subtask of a finished task that duplicates another one under an earlier spelling of its input; not counted as a leaf. */
  readonly superseded: boolean;
  /** Null for a single subtask. */
  readonly twins: TwinCounts | null;
  /** All kept claims about its end, the winning one first; empty unless there are several. */
  readonly ends: readonly EndView[];
}

/** A task as the API shows it, without its account, id and freshness. */
export interface TaskView extends ErrorView {
  readonly kind: TaskKind;
  readonly status: TaskStatus;
  readonly error_code: number | string | null;
  readonly message: string | null;
  readonly outcome: Outcome | null;
  readonly outcome_reason: string | null;
  readonly confirmation: Confirmation | null;
  /** The claims about its end, or about the end of a subtask, contradict each other. */
  readonly contradicted: boolean;
  /** The claims agree on the end and differ in their output. */
  readonly revised: boolean;
  readonly session_id: string | null;
  readonly session_context: string | null;
  readonly input: Json;
  readonly output: Json;
  readonly metadata: { readonly [member: string]: Json } | null;
  /** How far the results of a live stream reach; null for a task without such results. */
  readonly live: LiveView | null;
  /** By key. */
  readonly subtasks: readonly SubtaskView[];
}

/** The highest offsets in the results of a live stream, in the unit that the provider uses; 0 if none was given. */
export interface LiveView {
  readonly start_offset: number;
  readonly end_offset: number;
}

/**
 * Describes a task for the API. `parked` is the number of its events that could not be applied. While a notification is
 * `incomplete`, its lists are not known yet, so more ends than were listed are not a contradiction.
 */
export function describeTask(state: TaskState, parked: number, incomplete = false): TaskView {
  const end = state.claims[0];
  const { outcome, reason, superseded } = computeOutcome(state, parked);
  const subtasks = [...state.subtasks.values()]
    .sort((a, b) => compareText(a.key, b.key))
    .map((subtask) => describeSubtask(subtask, superseded.has(subtask.key)));
  const differ = disagree(state.claims);
  const exceeds = !incomplete && exceedsListed(state.subtasks.values(), state.listed);
  return {
    kind: state.kind?.value ?? 'unknown',
    status: taskStatus(state),
    error_code: codeOf(end),
    ...describeError(end, state.kind?.value),
    message: textOrNull(end?.message),
    outcome,
    outcome_reason: reason,
    confirmation: confirmationOf(state.claims),
    contradicted: differ || exceeds || subtasks.some((one) => one.contradicted),
    revised: (!differ && distinctOutputs(state.claims) > 1) || subtasks.some((subtask) => subtask.revised),
    session_id: textOrNull(state.sessionId?.value),
    session_context: textOrNull(state.sessionContext?.value),
    input: state.input?.value ?? null,
    output: end?.output ?? null,
    metadata: describeMetadata(state),
    live: state.live && { start_offset: state.live.start, end_offset: state.live.end },
    subtasks,
  };
}

/** The first failed subtasks of a task by key, at most `limit`. */
export function describeFailed(state: TaskState, limit: number): readonly SubtaskView[] {
  return [...state.subtasks.values()]
    .filter((subtask) => subtaskStatus(subtask) === 'failed')
    .sort((a, b) => compareText(a.key, b.key))
    .slice(0, limit)
    .map((subtask) => describeSubtask(subtask, false));
}

/** A text, or null if it is absent or empty in key form. */
function textOrNull(text: string | undefined): string | null {
  return text === undefined || isEmpty(text) ? null : text;
}

/** 0 for a success; null while there is no end, or if a failure gave no code. */
export function codeOf(claim: Claim | undefined): number | string | null {
  if (claim === undefined) return null;
  if (!isEmpty(claim.errorCode)) return claim.errorCode ?? null;
  return claim.end === 'succeeded' ? 0 : null;
}

function describeMetadata(state: TaskState): TaskView['metadata'] {
  if (state.metadata.size === 0) return null;
  const members = [...state.metadata].sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(members.map(([name, member]) => [name, member.value]));
}

function describeSubtask(subtask: SubtaskState, superseded: boolean): SubtaskView {
  const status = subtaskStatus(subtask);
  const end = subtask.claims[0];
  const contradicted = isContradicted(subtask);
  return {
    key: subtask.key,
    kind: subtask.kind,
    definition: subtask.definition,
    status,
    progress: status === 'succeeded' ? 100 : subtask.progress,
    error_code: codeOf(end),
    error_code_ext: textOrNull(end?.errorCodeExt),
    ...describeError(end),
    message: textOrNull(end?.message),
    input: subtask.input?.value ?? null,
    output: end?.output ?? null,
    contradicted,
    revised: !contradicted && distinctOutputs(subtask.claims) > (subtask.twins?.total ?? 1),
    superseded,
    twins: shownTwins(subtask),
    ends: shownEnds(subtask.claims),
  };
}

/** Twins may end differently; more ends than twins cannot be, nor more different errors. */
function isContradicted(subtask: SubtaskState): boolean {
  const { claims, twins } = subtask;
  if (twins === null) return disagree(claims);
  const { succeeded, failed } = endsOf(subtask);
  return succeeded + failed > twins.total || distinctCodes(claims) > twins.total;
}

function shownTwins(subtask: SubtaskState): TwinCounts | null {
  if (subtask.twins === null) return null;
  const { succeeded, failed } = endsOf(subtask);
  return { total: subtask.twins.total, succeeded, failed };
}

function classOf(claim: Claim): Omit<ErrorView, 'error_note'> {
  const { error_class, retryable } = describeError(claim);
  return { error_class, retryable };
}

function shownEnds(claims: Claims): readonly EndView[] {
  if (claims.length < 2) return [];
  return claims.map((claim) => ({
    end: claim.end,
    error_code: codeOf(claim),
    error_code_ext: textOrNull(claim.errorCodeExt),
    ...classOf(claim),
    message: textOrNull(claim.message),
    output: claim.output ?? null,
    trust: claim.trust,
    time: textOrNull(claim.time),
  }));
}
