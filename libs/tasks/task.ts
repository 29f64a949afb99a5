/**
 * The fold of events into the state of a task. The state is a join: the same events give the same state in any order, with any
 * repeats and in any batches. All its parts are joins themselves (statuses rise, counts and progress are maxima, claims are a
 * bounded set of the highest rank, descriptive values are the maximum of a total order), and
 * `evolve(s, e) = join(s, stateOfEvent(e))`.
 */
import { claimOf, joinClaims } from './claims';
import type { Claims } from './claims';
import type { Json } from './json';
import { joinListedMaxima, listedInReport } from './listed';
import type { Listed } from './listed';
import { joinLiveOffsets, offsetsOfResults } from './live-offsets';
import type { LiveOffsets } from './live-offsets';
import { joinMaps, joinRegisters, register } from './register';
import type { Register } from './register';
import { joinSubtasks, subtaskOfEvent } from './subtask';
import type { SubtaskEvent, SubtaskState } from './subtask';
import type {
  LiveEnded,
  LiveResultReported,
  MediaProbed,
  TaskEvent,
  TaskEventType,
  TaskFinished,
  TaskKind,
  TaskQueued,
  TaskReported,
  TaskStarted,
} from './task-events';

/** Raised with every change that makes the same events fold to a different state. Stored state of another version is not continued. */
export const FOLD_VERSION = 1;

export const TASK_STATUSES = ['unknown', 'queued', 'processing', 'finished'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The status of a task as a level: the index in `TASK_STATUSES`. */
export type TaskLevel = 0 | 1 | 2 | 3;

/** The state of one task. It does not depend on when and how often events arrived; the timeline shows that. */
export interface TaskState {
  readonly level: TaskLevel;
  /** Claims about the task's own end. */
  readonly claims: Claims;
  readonly kind: Register<TaskKind> | null;
  readonly input: Register<Json> | null;
  readonly sessionId: Register<string> | null;
  readonly sessionContext: Register<string> | null;
  /** One register for each member of the metadata. */
  readonly metadata: ReadonlyMap<string, Register<Json>>;
  /** By subtask key. */
  readonly subtasks: ReadonlyMap<string, SubtaskState>;
  /** How many subtasks notifications listed, by entry. */
  readonly listed: Listed;
  /** How far the results of a live stream reach; null if it has none. The items themselves are in a table. */
  readonly live: LiveOffsets | null;
}

/** The state before any event: the neutral element of the join. */
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
  live: null,
};

const LEVELS_OF_EVENTS: { readonly [Type in TaskEventType]?: TaskLevel } = {
  'task.queued': 1,
  'task.started': 2,
  'live.result-reported': 2,
  'task.finished': 3,
  'live.ended': 3,
};

/** The level to which an event raises its task: 3 exactly where it claims the task's end. */
export function levelOfEvent({ type }: Pick<TaskEvent, 'type'>): TaskLevel {
  return LEVELS_OF_EVENTS[type] ?? 0;
}

/** The state after a single event. `notification.received` does not change the state of a task. */
export function stateOfEvent(event: TaskEvent): TaskState {
  switch (event.type) {
    case 'notification.received':
      return initialState;
    case 'task.reported':
    case 'task.queued':
    case 'task.started':
      return report(event);
    case 'task.finished':
      return { ...report(event), claims: [claimOf(event)] };
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
    case 'live.result-reported':
      return { ...liveReport(event), live: offsetsOfResults(event.data.results) };
    case 'live.ended':
      return { ...liveReport(event), claims: [claimOf(event)] };
  }
  return event satisfies never;
}

function report(event: TaskQueued | TaskStarted | TaskFinished | TaskReported): TaskState {
  const level = levelOfEvent(event);
  const { kind, input, session_id, session_context } = event.data;
  return {
    ...initialState,
    level,
    kind: register(event, level, kind === 'unknown' ? null : kind),
    input: register(event, level, input),
    sessionId: register(event, level, session_id),
    sessionContext: register(event, level, session_context),
    listed: listedInReport(event.data.listed, event.type === 'task.finished'),
  };
}

/** A live stream with results is processing. */
function liveReport(event: LiveResultReported | LiveEnded): TaskState {
  const level = levelOfEvent(event);
  return {
    ...initialState,
    level,
    kind: register(event, level, 'live'),
    sessionId: register(event, level, event.data.session_id),
    sessionContext: register(event, level, event.data.session_context),
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

/** The level of the provider's status of a task; case does not matter. */
function levelOfWord(word: string | undefined): TaskLevel {
  return LEVELS.get(word?.toUpperCase() ?? '') ?? 0;
}

function oneSubtask(event: SubtaskEvent): TaskState['subtasks'] {
  return new Map([[event.data.key, subtaskOfEvent(event)]]);
}

/** Joins two states of the same task. Associative, commutative and idempotent. */
export function join(a: TaskState, b: TaskState): TaskState {
  if (b === initialState) return a;
  if (a === initialState) return b;
  return {
    // Stryker disable next-line EqualityOperator: two equal levels are one number
    level: a.level > b.level ? a.level : b.level,
    claims: joinClaims(a.claims, b.claims),
    kind: joinRegisters(a.kind, b.kind),
    input: joinRegisters(a.input, b.input),
    sessionId: joinRegisters(a.sessionId, b.sessionId),
    sessionContext: joinRegisters(a.sessionContext, b.sessionContext),
    metadata: joinMaps(a.metadata, b.metadata, higherOf),
    subtasks: joinMaps(a.subtasks, b.subtasks, joinSubtasks),
    listed: joinMaps(a.listed, b.listed, joinListedMaxima),
    live: joinLiveOffsets(a.live, b.live),
  };
}

function higherOf(a: Register<Json>, b: Register<Json>): Register<Json> {
  return joinRegisters(a, b) ?? a;
}

/** The state after one more event. */
export function evolve(state: TaskState, event: TaskEvent): TaskState {
  return join(state, stateOfEvent(event));
}

/**
 * The state after more events of the same task; the same as applying `evolve` to each. The events are joined pairwise, so that a
 * task of n subtasks costs n log n and not n squared.
 */
export function fold(state: TaskState, events: readonly TaskEvent[]): TaskState {
  return join(state, joinAll(events.map(stateOfEvent)));
}

function joinAll(states: readonly TaskState[]): TaskState {
  if (states.length < 2) return states[0] ?? initialState;
  const half = states.length >> 1;
  return join(joinAll(states.slice(0, half)), joinAll(states.slice(half)));
}

/** The highest reported status. */
export function taskStatus(state: TaskState): TaskStatus {
  return TASK_STATUSES[state.level];
}
