import { claimOf, joinClaims } from './claims';
import type { Claims } from './claims';
import type { Json } from './json';
import { joinRegisters, register } from './register';
import type { Register } from './register';
import type {
  SubtaskCounted,
  SubtaskFailed,
  SubtaskProgressed,
  SubtaskQueued,
  SubtaskReported,
  SubtaskStarted,
  SubtaskSucceeded,
} from './task-events';

export const SUBTASK_STATUSES = ['unknown', 'queued', 'processing', 'succeeded', 'failed'] as const;
export type SubtaskStatus = (typeof SUBTASK_STATUSES)[number];

/** The status of a subtask as a level: unknown, queued, processing, ended. It never falls. */
export type SubtaskLevel = 0 | 1 | 2 | 3;

/** The highest numbers of twins, of succeeded twins and of failed twins that notifications showed: three separate maxima. */
export interface TwinCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** The state of one subtask, or of several identical ones (twins). */
export interface SubtaskState {
  readonly key: string;
  /** Determined by the key, like `definition`. */
  readonly kind: string;
  readonly definition: string | null;
  readonly level: SubtaskLevel;
  readonly progress: number | null;
  readonly claims: Claims;
  readonly twins: TwinCounts | null;
  readonly input: Register<Json> | null;
  /** Whether a notification that reports the task as finished showed it, or one of its twins, as open. */
  readonly atEnd: boolean;
}

export type SubtaskEvent =
  | SubtaskQueued
  | SubtaskStarted
  | SubtaskReported
  | SubtaskProgressed
  | SubtaskSucceeded
  | SubtaskFailed
  | SubtaskCounted;

/** The state of a subtask after a single event. */
export function subtaskOfEvent(event: SubtaskEvent): SubtaskState {
  const { key, kind, definition } = event.data;
  const nothing: SubtaskState = {
    key,
    kind,
    definition: definition ?? null,
    level: 0,
    progress: null,
    claims: [],
    twins: null,
    input: null,
    atEnd: false,
  };
  switch (event.type) {
    case 'subtask.reported':
      return opened(nothing, event, 0);
    case 'subtask.queued':
      return opened(nothing, event, 1);
    case 'subtask.started':
      return opened(nothing, event, 2);
    case 'subtask.progressed':
      return { ...nothing, level: 2, progress: event.data.progress };
    case 'subtask.succeeded':
    case 'subtask.failed':
      return { ...nothing, level: 3, claims: [claimOf(event)], input: register(event, 3, event.data.input) };
    case 'subtask.counted': {
      const { total, succeeded, failed } = event.data;
      return { ...nothing, twins: { total, succeeded, failed } };
    }
  }
  return event satisfies never;
}

function opened(
  nothing: SubtaskState,
  event: SubtaskQueued | SubtaskStarted | SubtaskReported,
  level: SubtaskLevel,
): SubtaskState {
  return { ...nothing, level, input: register(event, level, event.data.input), atEnd: event.data.at_end === true };
}

/** Joins two states of the same subtask. */
export function joinSubtasks(a: SubtaskState, b: SubtaskState): SubtaskState {
  return {
    key: a.key,
    kind: a.kind,
    definition: a.definition,
    // Stryker disable next-line EqualityOperator: two equal levels are one number
    level: a.level > b.level ? a.level : b.level,
    progress: highest(a.progress, b.progress),
    claims: joinClaims(a.claims, b.claims),
    twins: joinTwins(a.twins, b.twins),
    input: joinRegisters(a.input, b.input),
    atEnd: a.atEnd || b.atEnd,
  };
}

function highest(a: number | null, b: number | null): number | null {
  // Stryker disable next-line ConditionalExpression: for the type only; Math.max takes null for 0
  if (a === null) return b;
  // Stryker disable next-line ConditionalExpression: for the type only; Math.max takes null for 0
  if (b === null) return a;
  return Math.max(a, b);
}

function joinTwins(a: TwinCounts | null, b: TwinCounts | null): TwinCounts | null {
  if (a === null) return b;
  if (b === null) return a;
  return {
    total: Math.max(a.total, b.total),
    succeeded: Math.max(a.succeeded, b.succeeded),
    failed: Math.max(a.failed, b.failed),
  };
}

/** The end of the winning claim, else the highest reported status. */
export function subtaskStatus(subtask: SubtaskState): SubtaskStatus {
  const winner = subtask.claims[0];
  if (winner !== undefined) return winner.end;
  return SUBTASK_STATUSES[subtask.level];
}

/** Numbers of subtasks by end: together 1 for a single subtask, more for twins. */
export interface EndCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
}

/** For twins their counts, in which a claimed end counts as at least one; for a single subtask its winning end. */
export function endsOf(subtask: SubtaskState): EndCounts {
  if (subtask.twins === null) {
    const status = subtaskStatus(subtask);
    const succeeded = status === 'succeeded' ? 1 : 0;
    const failed = status === 'failed' ? 1 : 0;
    return { succeeded, failed, open: 1 - succeeded - failed };
  }
  const claimed = (end: 'succeeded' | 'failed') => (subtask.claims.some((claim) => claim.end === end) ? 1 : 0);
  const succeeded = Math.max(subtask.twins.succeeded, claimed('succeeded'));
  const failed = Math.max(subtask.twins.failed, claimed('failed'));
  return { succeeded, failed, open: Math.max(0, subtask.twins.total - succeeded - failed) };
}

/** The key of the parent subtask, or null. A `/` inside a part of a key is escaped, so the last one is the separator. */
export function parentKey(key: string): string | null {
  const end = key.lastIndexOf('/');
  // Stryker disable next-line EqualityOperator: no key begins with its separator
  return end < 0 ? null : key.slice(0, end);
}
