import { compareText, compareTrust, timeOfAsking } from './register';
import type { Json, SubtaskFailed, SubtaskSucceeded, TaskFinished, Trust } from './task-events';

/** How something ended. For a task's own end: `failed` where the task's ErrCode is not 0. */
export type End = 'succeeded' | 'failed';

/**
 * What one event says of an end. Claims may compete: the first by rank is the answer, and what is shown beside an end
 * (its error, its output) belongs to that end.
 */
export interface Claim {
  /** The event's id. */
  readonly id: string;
  readonly end: End;
  /** Trust and time of the highest-ranking hearing of this event: both of one hearing, never two maxima. */
  readonly trust: Trust;
  /** The provider's finish time; for what was reconciled the time of asking; empty where there is none. */
  readonly time: string;
  readonly errorCode?: number | string;
  readonly errorCodeExt?: string;
  readonly message?: string;
  readonly output?: Json;
}

/** Claims by falling rank, one per event id, at most `KEPT` of each end. */
export type Claims = readonly Claim[];

/** How many claims of each end are kept: the best ones, so that a flood of contradictions is bounded. */
export const KEPT = 8;

/** Whether the winning end was heard from somebody who can be believed. */
export const CONFIRMATIONS = ['unconfirmed', 'confirmed'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** What an event claims about the end of a subtask or of a task. */
export function claimOf(event: SubtaskSucceeded | SubtaskFailed | TaskFinished): Claim {
  const hearing = {
    id: event.id,
    trust: event.hearing.trust,
    time: timeOfAsking(event) || (event.occurred ?? ''),
    output: event.data.output,
  };
  if (event.type === 'subtask.succeeded') return { ...hearing, end: 'succeeded' };
  const { error_code: errorCode, message } = event.data;
  const errorCodeExt = event.type === 'subtask.failed' ? event.data.error_code_ext : undefined;
  return {
    ...hearing,
    end: event.type === 'task.finished' && isGood(errorCode) ? 'succeeded' : 'failed',
    errorCode,
    errorCodeExt,
    message,
  };
}

function isGood(errorCode: number | string | undefined): boolean {
  return errorCode === undefined || errorCode === 0 || errorCode === '0';
}

/** The union of two sets of claims, each with its best hearing, cut to the best of each end. */
export function joinClaims(a: Claims, b: Claims): Claims {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const byId = new Map<string, Claim>();
  for (const claim of [...a, ...b]) {
    const known = byId.get(claim.id);
    if (known === undefined || compareHearings(claim, known) > 0) byId.set(claim.id, claim);
  }
  const ranked = [...byId.values()].sort((x, y) => compareClaims(y, x));
  const kept = { succeeded: 0, failed: 0 };
  return ranked.filter((claim) => (kept[claim.end] += 1) <= KEPT);
}

function compareHearings(a: Claim, b: Claim): number {
  return compareTrust(a.trust, b.trust) || compareText(a.time, b.time);
}

/** Total: trust, time, failed over succeeded, event id. Positive where `a` outranks `b`. */
function compareClaims(a: Claim, b: Claim): number {
  return compareHearings(a, b) || endRank(a.end) - endRank(b.end) || compareText(a.id, b.id);
}

function endRank(end: End): number {
  return end === 'failed' ? 1 : 0;
}

/** Whether the claims cannot all be true of one thing: they differ in end, or in an error code where both give one. */
export function disagree(claims: Claims): boolean {
  return (
    distinct(claims.map((claim) => claim.end)) > 1 ||
    distinct(given(claims.map((claim) => claim.errorCode))) > 1 ||
    distinct(given(claims.map((claim) => claim.errorCodeExt))) > 1
  );
}

/** How many different outputs the claims of the winning end show; no output counts as one. */
export function distinctOutputs(claims: Claims): number {
  const winner = claims[0];
  const sameEnd = claims.filter((claim) => claim.end === winner?.end);
  return distinct(sameEnd.map((claim) => JSON.stringify(claim.output ?? null)));
}

/** Null where nothing has ended; `unconfirmed` while the winning end was heard only unsigned or from a file. */
export function confirmationOf(claims: Claims): Confirmation | null {
  const winner = claims[0];
  if (winner === undefined) return null;
  return compareTrust(winner.trust, 'callback-unsigned') > 0 ? 'confirmed' : 'unconfirmed';
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

function given(values: readonly (number | string | undefined)[]): readonly string[] {
  return values.filter((value) => value !== undefined).map(String);
}
