/**
 * The fold. A task's state is the join of all that was heard of it: for any events, in any order, with any repeats and
 * cut into any batches, the same state. It is built only from parts that are joins themselves (statuses rise, counts and
 * progress are maxima, claims are a bounded set of the best, descriptive values the maximum of a total rank), and
 * `evolve(s, e) = join(s, alone(e))`.
 */
import { claimOf, joinClaims } from './claims';
import type { Claims } from './claims';
import type { Json } from './json';
import { joinMost, listedAlone } from './listed';
import type { Listed } from './listed';
import { joinMaps, joinRegisters, register } from './register';
import type { Register } from './register';
import { joinSubtasks, subtaskAlone } from './subtask';
import type { SubtaskEvent, SubtaskState } from './subtask';
import type {
  MediaProbed,
  TaskEvent,
  TaskFinished,
  TaskKind,
  TaskQueued,
  TaskReported,
  TaskStarted,
} from './task-events';

/** Rises whenever a change makes the same events fold to another state. Saved state of another version is never continued. */
export const FOLD_VERSION = 1;

export const TASK_STATUSES = ['unknown', 'queued', 'processing', 'finished'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Nothing known, queued, processing, finished: the place in `TASK_STATUSES`. */
export type TaskLevel = 0 | 1 | 2 | 3;

/** All that was heard of one task. Says nothing of when or how often it was heard; that is the timeline. */
export interface TaskState {
  readonly level: TaskLevel;
  /** Claims about the task's own end. */
  readonly claims: Claims;
  readonly kind: Register<TaskKind> | null;
  readonly input: Register<Json> | null;
  readonly sessionId: Register<string> | null;
  readonly sessionContext: Register<string> | null;
  /** Each member of the metadata by itself. */
  readonly metadata: ReadonlyMap<string, Register<Json>>;
  /** By subtask key. */
  readonly subtasks: ReadonlyMap<string, SubtaskState>;
  /** How many subtasks notifications showed, by entry. */
  readonly listed: Listed;
}

/** A task of which nothing was heard: the join's neutral element. */
export const initialState: TaskState = {
  level: 0,
  claims: [],
  kind: null,
  input: null,
  sessionId: null,
  sessionContext: null,
  metadata: new Map(),
  subtasks: new Map(),
  listed: new Map(),
};

/** What one event alone says. `notification.received` says nothing of the task: it is there for the balances. */
export function alone(event: TaskEvent): TaskState {
  switch (event.type) {
    case 'notification.received':
      return initialState;
    case 'task.reported':
      return report(event, 0);
    case 'task.queued':
      return report(event, 1);
    case 'task.started':
      return report(event, 2);
    case 'task.finished':
      return { ...report(event, 3), claims: [claimOf(event)] };
    case 'media.probed':
      return { ...initialState, metadata: probedMetadata(event) };
    case 'subtask.queued':
    case 'subtask.started':
    case 'subtask.reported':
    case 'subtask.progressed':
    case 'subtask.succeeded':
    case 'subtask.failed':
    case 'subtask.counted':
      return { ...initialState, subtasks: oneSubtask(event) };
  }
  return event satisfies never;
}

function report(event: TaskQueued | TaskStarted | TaskFinished | TaskReported, level: TaskLevel): TaskState {
  const { kind, input, session_id, session_context } = event.data;
  return {
    ...initialState,
    level,
    kind: register(event, level, kind === 'unknown' ? null : kind),
    input: register(event, level, input),
    sessionId: register(event, level, session_id),
    sessionContext: register(event, level, session_context),
    listed: listedAlone(event.data.listed, event.type === 'task.finished'),
  };
}

function probedMetadata(event: MediaProbed): TaskState['metadata'] {
  const level = levelOfWord(event.data.status);
  const members = new Map<string, Register<Json>>();
  for (const [name, value] of Object.entries(event.data.metadata)) {
    const member = register(event, level, value);
    if (member !== null) members.set(name, member);
  }
  return members;
}

const LEVELS: ReadonlyMap<string, TaskLevel> = new Map([
  ['WAITING', 1],
  ['PROCESSING', 2],
  ['FINISH', 3],
]);

/** The level of the provider's word for a task's status, in whatever case. */
function levelOfWord(word: string | undefined): TaskLevel {
  return LEVELS.get(word?.toUpperCase() ?? '') ?? 0;
}

function oneSubtask(event: SubtaskEvent): TaskState['subtasks'] {
  return new Map([[event.data.key, subtaskAlone(event)]]);
}

/** Joins what was heard of one task in two places: associative, commutative, and joining a state with itself changes nothing. */
export function join(a: TaskState, b: TaskState): TaskState {
  if (b === initialState) return a;
  if (a === initialState) return b;
  return {
    level: a.level > b.level ? a.level : b.level,
    claims: joinClaims(a.claims, b.claims),
    kind: joinRegisters(a.kind, b.kind),
    input: joinRegisters(a.input, b.input),
    sessionId: joinRegisters(a.sessionId, b.sessionId),
    sessionContext: joinRegisters(a.sessionContext, b.sessionContext),
    metadata: joinMaps(a.metadata, b.metadata, higherOf),
    subtasks: joinMaps(a.subtasks, b.subtasks, joinSubtasks),
    listed: joinMaps(a.listed, b.listed, joinMost),
  };
}

function higherOf(a: Register<Json>, b: Register<Json>): Register<Json> {
  return joinRegisters(a, b) ?? a;
}

/** The state after one more event. */
export function evolve(state: TaskState, event: TaskEvent): TaskState {
  return join(state, alone(event));
}

/**
 * The state after more events of the same task, as if by `evolve` one by one. Joined pairwise, as a join allows, so that
 * a task of n subtasks costs n log n and not n squared.
 */
export function fold(state: TaskState, events: readonly TaskEvent[]): TaskState {
  return join(state, joinAll(events.map(alone)));
}

function joinAll(states: readonly TaskState[]): TaskState {
  if (states.length < 2) return states[0] ?? initialState;
  const half = states.length >> 1;
  return join(joinAll(states.slice(0, half)), joinAll(states.slice(half)));
}

/** How far the task is. */
export function taskStatus(state: TaskState): TaskStatus {
  return TASK_STATUSES[state.level];
}
