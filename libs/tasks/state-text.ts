import type { Claim } from './claims';
import type { Json } from './json';
import type { ListedMaximum } from './listed';
import type { LiveOffsets } from './live-offsets';
import { compareText } from './register';
import type { Register } from './register';
import type { SubtaskLevel, SubtaskState } from './subtask';
import type { TaskLevel, TaskState } from './task';
import type { TaskKind } from './task-events';

/** The state as plain JSON: maps become arrays sorted by key, so that equal states have equal texts. */
interface StateDocument {
  readonly level: TaskLevel;
  readonly claims: readonly Claim[];
  readonly kind: Register<TaskKind> | null;
  readonly input: Register<Json> | null;
  readonly sessionId: Register<string> | null;
  readonly sessionContext: Register<string> | null;
  readonly metadata: readonly (readonly [string, Register<Json>])[];
  readonly subtasks: readonly SubtaskState[];
  readonly listed: readonly (readonly [entry: string, ever: number, atFinish: number])[];
  /** Of live streams only, so that the text of any other state has no such member. */
  readonly live?: LiveOffsets;
}

/** Encodes a state as text for `decodeState`. Two states are equal exactly if their texts are. */
export function encodeState(state: TaskState): string {
  const document: StateDocument = {
    level: state.level,
    claims: state.claims.map(inOrderClaim),
    kind: inOrder(state.kind),
    input: inOrder(state.input),
    sessionId: inOrder(state.sessionId),
    sessionContext: inOrder(state.sessionContext),
    metadata: byKey(state.metadata).map(([name, member]) => [name, inOrder(member)] as const),
    subtasks: byKey(state.subtasks).map(([, subtask]) => inOrderSubtask(subtask)),
    listed: byKey(state.listed).map(([entry, { ever, atFinish }]) => [entry, ever, atFinish] as const),
    ...(state.live !== null && { live: { start: state.live.start, end: state.live.end } }),
  };
  return JSON.stringify(document);
}

/** Decodes a text that `encodeState` wrote with the same fold version. Any other text is an error of the caller. */
export function decodeState(text: string): TaskState {
  const document = JSON.parse(text) as StateDocument;
  return {
    ...document,
    live: document.live ?? null,
    metadata: new Map(document.metadata),
    subtasks: new Map(document.subtasks.map((subtask) => [subtask.key, subtask])),
    listed: new Map(
      document.listed.map(([entry, ever, atFinish]): [string, ListedMaximum] => [entry, { ever, atFinish }]),
    ),
  };
}

function byKey<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => compareText(a, b));
}

function inOrder<R extends Register<Json> | null>(r: R): R {
  if (r === null) return r;
  return { value: r.value, level: r.level, trust: r.trust, asked: r.asked, id: r.id } as R;
}

function inOrderClaim(claim: Claim): Claim {
  const { id, end, trust, time, errorCode, errorCodeExt, message, output } = claim;
  return { id, end, trust, time, errorCode, errorCodeExt, message, output };
}

function inOrderSubtask(subtask: SubtaskState): SubtaskState {
  return {
    key: subtask.key,
    kind: subtask.kind,
    definition: subtask.definition,
    level: subtask.level satisfies SubtaskLevel,
    progress: subtask.progress,
    claims: subtask.claims.map(inOrderClaim),
    twins: subtask.twins && {
      total: subtask.twins.total,
      succeeded: subtask.twins.succeeded,
      failed: subtask.twins.failed,
    },
    input: inOrder(subtask.input),
    atEnd: subtask.atEnd,
  };
}
