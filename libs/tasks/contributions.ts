import type { Claim, Claims, End } from './claims';
import { codeOf } from './describe';
import { describeError } from './error-class';
import type { ErrorClass } from './error-knowledge';
import { isEmpty } from './forms';
import { messagePattern } from './message-pattern';
import { measureOutput } from './output-measure';
import type { OutputMeasure } from './output-measure';
import { endsOf } from './subtask';
import type { SubtaskState } from './subtask';
import type { TaskState } from './task';

/** What the end of a task, of a subtask or of several twins adds to the reports of errors and of usage. */
export interface Contribution {
  /** Null: the end of the task itself. */
  readonly subtask: { readonly kind: string; readonly definition: string | null } | null;
  readonly end: End;
  /** How many ends: more than one for twins. */
  readonly count: number;
  /** The provider's finish time (of a reconciled end the time of the query), else that of the task; null where neither is known. */
  readonly time: string | null;
  /** Of one of them; nothing of a failed end. */
  readonly output: OutputMeasure;
  /** Null for a success. */
  readonly failure: Failure | null;
}

/** What is told apart of failures. */
export interface Failure {
  /** As text; null if none was given. */
  readonly errorCode: string | null;
  readonly errorClass: ErrorClass;
  /** `messagePattern` of the message; null if there is none. */
  readonly message: string | null;
}

const NO_OUTPUT: OutputMeasure = { milliseconds: 0, bytes: 0 };

/**
 * What a task adds to the reports: its own end, if it has one, and those of its subtasks that have ended. Failed subtasks are counted as
 * the outcome counts them: a parent that failed counts besides its children.
 */
export function contributionsOf(state: TaskState): readonly Contribution[] {
  const end = state.claims[0];
  const time = timeOf(end);
  const contributions: Contribution[] = [];
  if (end !== undefined) contributions.push(contribution(null, end, end.end, 1, time));
  for (const subtask of state.subtasks.values()) {
    const winner = subtask.claims[0];
    if (subtask.twins !== null) contributions.push(...ofTwins(subtask, time));
    else if (winner !== undefined) contributions.push(contribution(subtask, winner, winner.end, 1, time));
  }
  return contributions;
}

/** Whether a later state of a task surely contributes what the earlier one did: no end came to either, and no twin. */
export function contributesAlike(earlier: TaskState, later: TaskState): boolean {
  if (earlier.claims !== later.claims || earlier.kind?.value !== later.kind?.value) return false;
  for (const [key, subtask] of later.subtasks) {
    const { claims, twins } = earlier.subtasks.get(key) ?? NO_SUBTASK;
    const isAlike = subtask.claims === claims || (subtask.claims.length === 0 && claims.length === 0);
    if (!isAlike || subtask.twins !== twins) return false;
  }
  return true;
}

const NO_SUBTASK: Pick<SubtaskState, 'claims' | 'twins'> = { claims: [], twins: null };

function ofTwins(subtask: SubtaskState, time: string | null): readonly Contribution[] {
  const { succeeded, failed } = endsOf(subtask);
  return [...ofEnds(subtask, 'succeeded', succeeded, time), ...ofEnds(subtask, 'failed', failed, time)];
}

function ofEnds(subtask: SubtaskState, end: End, count: number, time: string | null): readonly Contribution[] {
  if (count === 0) return [];
  return shares(subtask.claims, end, count).map(([claim, share]) => contribution(subtask, claim, end, share, time));
}

/** How many of so many equal ends each claim stands for: one, in the order of rank, and the first for the rest. */
function shares(claims: Claims, end: End, count: number): readonly (readonly [Claim | undefined, number])[] {
  const [first, ...others] = claims.filter((claim) => claim.end === end).slice(0, count);
  return [[first, count - others.length], ...others.map((claim): [Claim, number] => [claim, 1])];
}

function contribution(
  subtask: SubtaskState | null,
  claim: Claim | undefined,
  end: End,
  count: number,
  timeOfTask: string | null,
): Contribution {
  const hasFailed = end === 'failed';
  return {
    subtask: subtask && { kind: subtask.kind, definition: subtask.definition },
    end,
    count,
    time: timeOf(claim) ?? timeOfTask,
    output: hasFailed || claim === undefined ? NO_OUTPUT : measureOutput(claim.output),
    failure: hasFailed ? failureOf(claim) : null,
  };
}

function failureOf(claim: Claim | undefined): Failure {
  const code = codeOf(claim);
  const { message } = claim ?? {};
  return {
    errorCode: code === null ? null : String(code),
    errorClass: describeError(claim).error_class ?? 'unknown',
    message: message === undefined || isEmpty(message) ? null : patternOf(message),
  };
}

/** Patterns of the messages that came last: the same few come again and again. */
const patterns = new Map<string, string>();
const MOST_PATTERNS = 500;
/** Others are rare, and would take memory. */
const LONGEST_KNOWN = 300;

function patternOf(message: string): string {
  if (message.length > LONGEST_KNOWN) return messagePattern(message);
  const known = patterns.get(message);
  if (known !== undefined) return known;
  const pattern = messagePattern(message);
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(message, pattern);
  return pattern;
}

function timeOf(claim: Claim | undefined): string | null {
  return claim === undefined || claim.time === '' ? null : claim.time;
}
