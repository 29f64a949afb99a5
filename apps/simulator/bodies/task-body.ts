import { ACTIVITIES, SINGLE, WORKFLOW_SETS, type Kind } from '../catalogue/kinds';
import { isUnknownKind } from '../catalogue/unknown-kinds';
import type { Random } from '../random';
import type { Piece } from '../task/pieces';
import type { Plan } from '../task/plan';
import type { ShownStatus, View } from '../task/view';
import { holderOf, languageOf, partOf } from './holder';
import type { Below } from './holder';
import type { BodyValue, BodyObject } from './json';

/** The context of one body: the plan of the task, the view that it shows, and the generator for its spelling. */
export interface BodyContext {
  readonly plan: Plan;
  readonly view: View;
  readonly random: Random;
}

/** WorkflowTask: result sets by kind; the order of elements is different each time, as MPS guarantees none. */
export function workflowBody(telling: BodyContext): BodyObject {
  const sets: Record<string, BodyValue> = {};
  for (const [first] of WORKFLOW_SETS) if (first !== undefined) sets[first.set] = [];
  for (const { set } of SINGLE) sets[set] = null;
  for (const one of shown(telling, null)) {
    const { kind } = one.piece;
    const path = isUnknownKind(kind) ? kind.path : kind.set;
    const element = kind.types.length === 0 ? held(telling, one) : elementOf(telling, one);
    sets[path] = kind.types.length === 0 ? element : [...listed(sets[path]), element];
  }
  return { ...headOf(telling), InputInfo: telling.plan.input, MetaData: mediaOf(telling), ...sets };
}

/** ScheduleTask: a list of activities, some with a second level. */
export function scheduleBody(telling: BodyContext): BodyObject {
  const activities = shown(telling, null).map((one) => ({
    ActivityType: typeOf(one.piece.kind, telling.random),
    ActivityResItem: { ...holdersOf(ACTIVITIES), [one.piece.kind.holder]: held(telling, one) },
  }));
  return {
    ...headOf(telling),
    InputInfo: telling.plan.input,
    MetaData: mediaOf(telling),
    ActivityResultSet: activities,
  };
}

/** TaskId, Status and the members of the task's own end. */
export function headOf({ plan, view, random }: BodyContext): BodyObject {
  return {
    TaskId: plan.taskId,
    Status: view.word,
    ErrCode: view.end?.code ?? 0,
    Message: view.end?.message ?? random.pick(['', 'SUCCESS']),
    ...(view.end?.finish !== undefined && view.end.finish !== null && { FinishTime: view.end.finish }),
  };
}

const UNPROBED = { Size: 0, Container: '', Duration: 0, VideoStreamSet: [], AudioStreamSet: [], VideoDuration: 0 };

function mediaOf({ plan, view, random }: BodyContext): BodyValue {
  return view.media ? plan.media : random.pick([null, UNPROBED]);
}

/** One copy of a piece as this notification shows it. */
interface Copy {
  readonly piece: Piece;
  readonly stand: ShownStatus;
  /** Its number among the copies. */
  readonly copy: number;
}

/** The copies of all pieces below a parent that this notification shows. */
function shown({ plan, view, random }: BodyContext, parent: number | null): readonly Copy[] {
  const all = plan.pieces.filter((piece) => piece.parent === parent);
  return random.shuffled(
    all.flatMap((piece) => (view.stands.get(piece.id) ?? []).map((stand, copy) => ({ piece, stand, copy }))),
  );
}

/** An element of a result set: its Type, and all holders of the set, of which one is not null. */
function elementOf(telling: BodyContext, one: Copy): BodyObject {
  const { kind } = one.piece;
  const siblings = holdersOf(WORKFLOW_SETS.find(([first]) => first?.set === setOf(kind)) ?? []);
  const sampled: BodyObject = kind.shape === 'review' ? { SampleRate: 1, Duration: 120.04 } : {};
  return { ...sampled, Type: typeOf(kind, telling.random), ...siblings, [kind.holder]: held(telling, one) };
}

function held(telling: BodyContext, one: Copy): BodyObject | null {
  const { piece, stand } = one;
  if (piece.stays === 'bare' || stand.early === 'bare') return null;
  return holderOf(telling.plan, piece, stand, belowOf(telling, one));
}

/** The second level; of identical copies only the first has it. */
function belowOf(telling: BodyContext, { piece, copy }: Copy): Below {
  const { plan } = telling;
  const children = copy === 0 ? shown(telling, piece.id) : [];
  switch (piece.kind.belowAs) {
    case undefined:
      return null;
    case 'elements':
      return { elements: children.map((child) => elementOf(telling, child)) };
    case 'languages':
      return children.length === 0
        ? null
        : { members: { SubtitleResults: children.map((child) => languageOf(plan, child.piece, child.stand)) } };
    case 'parts':
      return children.length === 0
        ? null
        : { members: { Parts: children.map((child) => partOf(plan, child.piece, child.stand)) } };
  }
}

const setOf = (kind: Kind): string => (isUnknownKind(kind) ? kind.path : kind.set);

/** The vendor spells some types in two ways. */
function typeOf(kind: Kind, random: Random): string {
  return random.pick(kind.types);
}

function holdersOf(kinds: readonly Kind[]): BodyObject {
  return Object.fromEntries(kinds.map((kind) => [kind.holder, null]));
}

function listed(value: BodyValue | undefined): readonly BodyValue[] {
  return Array.isArray(value) ? (value as readonly BodyValue[]) : [];
}
