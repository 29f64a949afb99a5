import { isEmpty, keyForm, keyText } from './forms';
import type { Json } from './json';
import { compareText, compareTrust, reconciledAt } from './register';
import type { LiveEnded, SubtaskFailed, SubtaskSucceeded, TaskFinished, Trust } from './task-events';

/** How something ended. For a task's own end: `failed` where the task's ErrCode is not 0. */
export const ENDS = ['succeeded', 'failed'] as const;
export type End = (typeof ENDS)[number];

/**
 * One reported end of a task or subtask, with its error and output. Claims may compete: the claim with the highest rank wins, and
 * the error and output that are shown come from that claim. Events with equal key forms make one claim.
 */
export interface Claim {
  /** Id of the event whose hearing ranks highest. */
  readonly id: string;
  readonly end: End;
  /** Trust of that hearing. Trust and time always come from the same hearing. */
  readonly trust: Trust;
  /** The provider's finish time; for a reconciled event the time of the query to MPS; empty if there is none. */
  readonly time: string;
  readonly errorCode?: number | string;
  readonly errorCodeExt?: string;
  readonly message?: string;
  readonly output?: Json;
}

/** Claims in descending rank, one per key form, at most `MAX_CLAIMS_PER_END` of each end. */
export type Claims = readonly Claim[];

/** How many claims of each end are kept. Those with the highest rank stay, so that the state of a task is bounded. */
export const MAX_CLAIMS_PER_END = 8;

/** Whether the winning claim came from a source that is authenticated: `callback-signed` or better. */
export const CONFIRMATIONS = ['unconfirmed', 'confirmed'] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

/** The claim that an event makes about the end of a task or subtask. */
export function claimOf(event: SubtaskSucceeded | SubtaskFailed | TaskFinished | LiveEnded): Claim {
  const hearing = {
    id: event.id,
    trust: event.hearing.trust,
    time: reconciledAt(event) || (event.occurred ?? ''),
    output: event.type === 'live.ended' ? undefined : event.data.output,
  };
  if (event.type === 'subtask.succeeded') return { ...hearing, end: 'succeeded' };
  const { error_code: errorCode, message } = event.data;
  // Stryker disable next-line ConditionalExpression: for the type only; a task.finished has no error_code_ext
  const errorCodeExt = event.type === 'subtask.failed' ? event.data.error_code_ext : undefined;
  const end = event.type !== 'subtask.failed' && isSuccess(event) ? 'succeeded' : 'failed';
  return { ...hearing, end, errorCode, errorCodeExt, message };
}

/** Whether ErrCode is absent or 0. An ErrCode that was dropped because it was not finite is not 0. */
function isSuccess({ data }: TaskFinished | LiveEnded): boolean {
  return (isEmpty(data.error_code) || data.error_code === '0') && data.not_finite?.includes('ErrCode') !== true;
}

/** The union of two sets of claims: one claim per key form, with its highest hearing, cut to the highest claims of each end. */
export function joinClaims(a: Claims, b: Claims): Claims {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const best = new Map<string, Claim>();
  for (const claim of [...a, ...b]) {
    const text = claimText(claim);
    const known = best.get(text);
    if (known === undefined || compareClaims(claim, known) > 0) best.set(text, claim);
  }
  const ranked = [...best.values()].sort((x, y) => compareClaims(y, x));
  const kept = { succeeded: 0, failed: 0 };
  return ranked.filter((claim) => (kept[claim.end] += 1) <= MAX_CLAIMS_PER_END);
}

/** A total order: trust, time, failed over succeeded, text of the key form, event id. Positive if `a` outranks `b`. */
function compareClaims(a: Claim, b: Claim): number {
  return (
    compareTrust(a.trust, b.trust) ||
    compareText(a.time, b.time) ||
    endRank(a.end) - endRank(b.end) ||
    compareText(claimText(a), claimText(b)) ||
    compareText(a.id, b.id)
  );
}

function endRank(end: End): number {
  return end === 'failed' ? 1 : 0;
}

const texts = new WeakMap<Claim, string>();

/** The key form of a claim's content as text; computed once for each claim. */
export function claimText(claim: Claim): string {
  const known = texts.get(claim);
  if (known !== undefined) return known;
  const { end, errorCode, errorCodeExt, message, output } = claim;
  const content = [errorCode, errorCodeExt, message, output].map((value) =>
    isEmpty(value) ? null : keyForm(value ?? null),
  );
  const text = JSON.stringify([end, ...content]);
  texts.set(claim, text);
  return text;
}

/** Whether the claims contradict each other: they differ in their end, or in error codes that they give. */
export function disagree(claims: Claims): boolean {
  if (claims.length < 2) return false;
  return (
    distinct(claims.map((claim) => claim.end)) > 1 ||
    distinctCodes(claims) > 1 ||
    distinct(presentTexts(claims.map((claim) => claim.errorCodeExt))) > 1
  );
}

/** The number of different ErrCodes that the claims give; 0 and "" count as absent. */
export function distinctCodes(claims: Claims): number {
  return distinct(presentTexts(claims.map((claim) => claim.errorCode)));
}

/** The number of different outputs in the claims of the winning end. With several claims, an output that is empty in key form does not count. */
export function distinctOutputs(claims: Claims): number {
  if (claims.length < 2) return claims.length;
  const winner = claims[0];
  const outputs = claims.filter((claim) => claim.end === winner?.end).map((claim) => claim.output);
  return distinct(outputs.flatMap((output) => (output === undefined || isEmpty(output) ? [] : [keyText(output)])));
}

/** Null if there is no end; `unconfirmed` while the winning claim comes from an unsigned callback or a file. */
export function confirmationOf(claims: Claims): Confirmation | null {
  const winner = claims[0];
  if (winner === undefined) return null;
  return compareTrust(winner.trust, 'callback-unsigned') > 0 ? 'confirmed' : 'unconfirmed';
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

function presentTexts(values: readonly (number | string | undefined)[]): readonly string[] {
  return values.filter((value) => !isEmpty(value)).map(String);
}
