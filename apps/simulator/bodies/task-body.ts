import { ACTIVITIES, SINGLE, WORKFLOW_SETS, type Kind } from '../catalogue/kinds';
import { isUnknownKind } from '../catalogue/unknown-kinds';
import type { Random } from '../random';
import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { Stand, View } from '../task/view';
import { holderOf } from './holder';
import type { Json, JsonObject } from './json';

/** What a body is made of: what was decided, what is said now, and how it is spelled this time. */
export interface Telling {
  readonly plan: Plan;
  readonly view: View;
  readonly random: Random;
}

/** WorkflowTask: result sets by kind; the elements' order is another one each time, as nothing promises an order. */
export function workflowBody(telling: Telling): JsonObject {
  const sets: Record<string, Json> = {};
  for (const [first] of WORKFLOW_SETS) if (first !== undefined) sets[first.set] = [];
  for (const { set } of SINGLE) sets[set] = null;
  for (const [piece, stand] of shown(telling, null)) {
    const { kind } = piece;
    const path = isUnknownKind(kind) ? kind.path : kind.set;
    const element =
      kind.types.length === 0 ? holderOf(telling.plan, piece, stand, null) : elementOf(telling, piece, stand);
    sets[path] = kind.types.length === 0 ? element : [...listed(sets[path]), element];
  }
  return { ...headOf(telling), InputInfo: telling.plan.input, MetaData: mediaOf(telling), ...sets };
}

/** ScheduleTask: a list of activities, some of which hold a second level. */
export function scheduleBody(telling: Telling): JsonObject {
  const activities = shown(telling, null).map(([piece, stand]) => ({
    ActivityType: typeOf(piece.kind, telling.random),
    ActivityResItem: { ...holdersOf(ACTIVITIES), [piece.kind.holder]: held(telling, piece, stand) },
  }));
  return {
    ...headOf(telling),
    InputInfo: telling.plan.input,
    MetaData: mediaOf(telling),
    ActivityResultSet: activities,
  };
}

/** TaskId, Status and what is said of the task's own end. */
export function headOf({ plan, view, random }: Telling): JsonObject {
  return {
    TaskId: plan.taskId,
    Status: view.word,
    ErrCode: view.end?.code ?? 0,
    Message: view.end?.message ?? random.pick(['', 'SUCCESS']),
    ...(view.end?.finish !== undefined && view.end.finish !== null && { FinishTime: view.end.finish }),
  };
}

const UNPROBED = { Size: 0, Container: '', Duration: 0, VideoStreamSet: [], AudioStreamSet: [], VideoDuration: 0 };

function mediaOf({ plan, view, random }: Telling): Json {
  return view.media ? plan.media : random.pick([null, UNPROBED]);
}

/** The pieces below a parent that this notification shows, a stand for each copy. */
function shown({ plan, view, random }: Telling, parent: number | null): readonly (readonly [Piece, Stand])[] {
  const all = plan.pieces.filter((piece) => piece.parent === parent);
  return random.shuffled(
    all.flatMap((piece) => (view.stands.get(piece.id) ?? []).map((stand) => [piece, stand] as const)),
  );
}

/** An element of a result set: its Type, and all of the set's holders, of which one is not null. */
function elementOf(telling: Telling, piece: Piece, stand: Stand): JsonObject {
  const { kind } = piece;
  const siblings = holdersOf(WORKFLOW_SETS.find(([first]) => first?.set === setOf(kind)) ?? []);
  const sampled: JsonObject = kind.shape === 'review' ? { SampleRate: 1, Duration: 120.04 } : {};
  return { ...sampled, Type: typeOf(kind, telling.random), ...siblings, [kind.holder]: held(telling, piece, stand) };
}

function held(telling: Telling, piece: Piece, stand: Stand): JsonObject | null {
  if (piece.stays === 'bare') return null;
  const { below } = piece.kind;
  const second = below && shown(telling, piece.id).map(([child, at]) => elementOf(telling, child, at));
  return holderOf(telling.plan, piece, stand, second ?? null);
}

const setOf = (kind: Kind): string => (isUnknownKind(kind) ? kind.path : kind.set);

/** The vendor spells some types in two ways. */
function typeOf(kind: Kind, random: Random): string {
  return random.pick(kind.types);
}

function holdersOf(kinds: readonly Kind[]): JsonObject {
  return Object.fromEntries(kinds.map((kind) => [kind.holder, null]));
}

function listed(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
