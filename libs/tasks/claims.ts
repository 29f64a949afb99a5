import { isEmpty, keyForm, keyText } from './forms';
import type { Json } from './json';
import { compareText, compareTrust, timeOfAsking } from './register';
import type { SubtaskFailed, SubtaskSucceeded, TaskFinished, Trust } from './task-events';

/** How something ended. For a task's own end: `failed` where the task's ErrCode is not 0. */
export const ENDS = ['succeeded', 'failed'] as const;
export type End = (typeof ENDS)[number];

/**
 * What is said of an end. Claims may compete: the first by rank is the answer, and what is shown beside an end (its error,
 * its output) belongs to that end. Events that are the same in key form make one claim.
 */
export interface Claim {
  /** Of the event whose hearing ranks highest. */
  readonly id: string;
  readonly end: End;
  /** Trust and time of that hearing: both of one hearing, never two maxima. */
  readonly trust: Trust;
  /** The provider's finish time; for what was reconciled the time of asking; empty where there is none. */
  readonly time: string;
  readonly errorCode?: number | string;
  readonly errorCodeExt?: string;
  readonly message?: string;
  readonly output?: Json;
}

/** Claims by falling rank, one per key form, at most `KEPT` of each end. */
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
  const end = event.type === 'task.finished' && isGood(event) ? 'succeeded' : 'failed';
  return { ...hearing, end, errorCode, errorCodeExt, message };
}

/** Without an ErrCode, or with 0. One that was left out for being no finite number was not 0. */
function isGood({ data }: TaskFinished): boolean {
  return (isEmpty(data.error_code) || data.error_code === '0') && data.not_finite?.includes('ErrCode') !== true;
}

/** The union of two sets of claims, each with its best hearing, cut to the best of each end. */
export function joinClaims(a: Claims, b: Claims): Claims {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const best = new Map<string, Claim>();
  for (const claim of [...a, ...b]) {
    const text = textOf(claim);
    const known = best.get(text);
    if (known === undefined || compareClaims(claim, known) > 0) best.set(text, claim);
  }
  const ranked = [...best.values()].sort((x, y) => compareClaims(y, x));
  const kept = { succeeded: 0, failed: 0 };
  return ranked.filter((claim) => (kept[claim.end] += 1) <= KEPT);
}

/** Total: trust, time, failed over succeeded, text of the key form, event id. Positive where `a` outranks `b`. */
function compareClaims(a: Claim, b: Claim): number {
  return (
    compareTrust(a.trust, b.trust) ||
    compareText(a.time, b.time) ||
    endRank(a.end) - endRank(b.end) ||
    compareText(textOf(a), textOf(b)) ||
    compareText(a.id, b.id)
  );
}

function endRank(end: End): number {
  return end === 'failed' ? 1 : 0;
}

const texts = new WeakMap<Claim, string>();

/** The key form of what is claimed, as text; made once for each claim. */
function textOf(claim: Claim): string {
  const known = texts.get(claim);
  if (known !== undefined) return known;
  const { end, errorCode, errorCodeExt, message, output } = claim;
  const said = [errorCode, errorCodeExt, message, output].map((value) =>
    isEmpty(value) ? null : keyForm(value ?? null),
  );
  const text = JSON.stringify([end, ...said]);
  texts.set(claim, text);
  return text;
}

/** Whether the claims cannot all be true of one thing: they differ in end, or in an error code where both give one. */
export function disagree(claims: Claims): boolean {
  if (claims.length < 2) return false;
  return (
    distinct(claims.map((claim) => claim.end)) > 1 ||
    distinctCodes(claims) > 1 ||
    distinct(given(claims.map((claim) => claim.errorCodeExt))) > 1
  );
}

/** How many different ErrCodes the claims give; 0 and "" are none. */
export function distinctCodes(claims: Claims): number {
  return distinct(given(claims.map((claim) => claim.errorCode)));
}

/** How many different outputs the claims of the winning end show; one that is empty in key form is none, if there are several. */
export function distinctOutputs(claims: Claims): number {
  if (claims.length < 2) return claims.length;
  const winner = claims[0];
  const outputs = claims.filter((claim) => claim.end === winner?.end).map((claim) => claim.output);
  return distinct(outputs.flatMap((output) => (output === undefined || isEmpty(output) ? [] : [keyText(output)])));
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
  return values.filter((value) => !isEmpty(value)).map(String);
}
