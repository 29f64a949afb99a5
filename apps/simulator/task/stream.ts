import { makeRandom } from '../random';
import { contradictionOf } from './contradictions';
import { lifeOf, type Mode } from './life';
import { planTask, type Plan, type PlanOptions } from './plan';
import { oddView } from './odd-views';
import type { View } from './view';

/** The probability of each fault, 0 to 1. */
export interface FaultRates {
  /** Per notification: the same bytes are sent again. */
  readonly duplicate: number;
  /** Per notification: it is swapped with another one of its task. */
  readonly reorder: number;
  /** Per task: a PROCESSING is sent after the FINISH. */
  readonly late: number;
  /** Per send: it is never sent. */
  readonly lose: number;
  /** Per task: a second FINISH has other content. */
  readonly contradict: number;
  /** Per task: undocumented kinds, status words, members and event types. */
  readonly unknown: number;
}

export interface StreamOptions extends FaultRates, Pick<PlanOptions, 'seed'> {
  readonly mode: Mode;
}

/** One notification of a task, before its body is written. */
export interface SimulatedNotification {
  /** Its number within the task. The spelling depends on it, so that a duplicate has the same bytes. */
  readonly number: number;
  /** Its content; null for an undocumented event type, which the ledger does not interpret. */
  readonly view: View | null;
  /** Whether its envelope has undocumented members. */
  readonly oddEnvelope: boolean;
}

export interface Stream {
  readonly plan: Plan;
  /** The notifications of this task, in the order in which they are sent. */
  readonly sends: readonly SimulatedNotification[];
}

/** The notifications of the task of an index; the same for the same options and index. */
export function streamOf(options: StreamOptions, index: number): Stream {
  const plan = planTask(options, index);
  const random = makeRandom(options.seed, 'stream', index);
  const life = lifeOf(plan, options.mode, random);
  const views: (View | null)[] = [...life];
  if (random.chance(options.contradict)) views.push(contradictionOf(plan, random));
  if (random.chance(options.late)) views.push(lateView(plan, life, random));
  if (random.chance(options.unknown))
    views.splice(random.below(views.length), 0, random.chance(0.5) ? null : oddView(life, random));
  const said = views.map((view, number) => ({ number, view, oddEnvelope: random.chance(options.unknown) }));
  const doubled = said.flatMap((one) => (random.chance(options.duplicate) ? [one, one] : [one]));
  for (let at = 0; at < doubled.length; at += 1)
    if (random.chance(options.reorder)) swap(doubled, at, random.below(doubled.length));
  return { plan, sends: doubled.filter(() => !random.chance(options.lose)) };
}

/** A view from before the end that is sent after it: one that was sent before, or a new one. */
function lateView(plan: Plan, life: readonly View[], random: ReturnType<typeof makeRandom>): View {
  const before = life.filter((view) => view.word !== 'FINISH');
  if (before.length > 0) return random.pick(before);
  const views = lifeOf(plan, 'change', random).filter((view) => view.word === 'PROCESSING');
  return views[0] ?? { word: 'PROCESSING', end: null, media: false, stands: new Map() };
}

function swap(values: SimulatedNotification[], a: number, b: number): void {
  const [one, other] = [values[a], values[b]];
  if (one === undefined || other === undefined) return;
  values[a] = other;
  values[b] = one;
}
