import type { Plan } from '../task/plan';
import type { View } from '../task/view';
import { definitionOf } from './entries';
import { currentItems, type ExpectedLiveItem } from './live-items';
import { foldViews, type PieceTruth, type TaskTruth } from './fold';

/** The expected answer of the API for a task. Members that are absent are unknown and not compared. */
export interface ExpectedTask {
  readonly kind: string;
  readonly status: string;
  readonly error_code?: number | null;
  readonly outcome: string | null;
  readonly contradicted: boolean;
  readonly session_id: string | null;
  readonly subtasks: readonly ExpectedSubtask[];
  /** Of a live stream: its current items, in no order. */
  readonly live_items?: readonly ExpectedLiveItem[];
}

export interface ExpectedSubtask {
  readonly kind: string;
  readonly definition: string | null;
  readonly status: string;
  readonly error_code?: number | null;
  /** Whether it is open and counts as another subtask under an earlier spelling of its input. */
  readonly superseded?: true;
  /** The number of equal subtasks in the answer. */
  readonly count: number;
  /** The counts of twins, which the answer shows as one subtask. */
  readonly twins?: { readonly total: number; readonly succeeded: number; readonly failed: number };
}

/** One line of a truth file. */
export interface TruthLine extends ExpectedTask {
  /** That of the source which takes the sends. */
  readonly account: string;
  readonly task_id: string;
  /** Number of acknowledged sends. */
  readonly sends: number;
  /** Number of sends that may or may not have been accepted. */
  readonly uncertain: number;
  /** Other possible answers, as some of the uncertain sends may have been accepted. */
  readonly alternatives?: readonly ExpectedTask[];
}

/** Tasks with more uncertain sends are not checked, since each one doubles the number of possible answers. */
const MOST_UNCERTAIN = 6;

/**
 * The truth of a task; null if no readable notification was acknowledged, or too many sends are uncertain. `acknowledged` and
 * `uncertain` are the views of those sends, null for those that the ledger does not interpret.
 */
export function truthLine(
  plan: Plan,
  acknowledged: readonly (View | null)[],
  uncertain: readonly (View | null)[],
  account = 'default',
): TruthLine | null {
  const sure = acknowledged.filter((view) => view !== null);
  const unsure = uncertain.filter((view) => view !== null);
  if (sure.length === 0 || unsure.length > MOST_UNCERTAIN) return null;
  const expected = expectedOf(plan, sure);
  const alternatives = otherwise(plan, sure, unsure, expected);
  return {
    account,
    task_id: plan.taskId,
    ...expected,
    sends: acknowledged.length,
    uncertain: uncertain.length,
    ...(alternatives.length > 0 && { alternatives }),
  };
}

function otherwise(
  plan: Plan,
  sure: readonly View[],
  unsure: readonly View[],
  expected: ExpectedTask,
): readonly ExpectedTask[] {
  const different = new Map<string, ExpectedTask>();
  for (let subset = 1; subset < 2 ** unsure.length; subset += 1) {
    const taken = unsure.filter((_, place) => Math.floor(subset / 2 ** place) % 2 === 1);
    const other = expectedOf(plan, [...sure, ...taken]);
    different.set(JSON.stringify(other), other);
  }
  different.delete(JSON.stringify(expected));
  return [...different.values()];
}

/** The expected answer of the API after these views. */
export function expectedOf(plan: Plan, views: readonly View[]): ExpectedTask {
  const truth = foldViews(plan, views);
  return {
    kind: plan.family,
    status: truth.status,
    ...known(truth.errorCode),
    outcome: truth.outcome,
    contradicted: truth.contradicted,
    session_id: plan.sessionId === '' ? null : plan.sessionId,
    subtasks: subtasksOf(truth),
    ...(plan.family === 'live' && { live_items: currentItems(views) }),
  };
}

const known = (code: TaskTruth['errorCode']) => (code === undefined ? {} : { error_code: code });

/** Subtasks sorted by kind, definition and status; equal ones are one line with a count. */
function subtasksOf(truth: TaskTruth): readonly ExpectedSubtask[] {
  const counted = new Map<string, ExpectedSubtask>();
  for (const piece of truth.pieces) {
    const line = subtaskLine(piece);
    const text = JSON.stringify([
      line.kind,
      line.definition,
      line.status,
      line.superseded ?? false,
      line.error_code ?? '',
      line.twins ?? '',
      'error_code' in line,
    ]);
    const count = (counted.get(text)?.count ?? 0) + 1;
    counted.set(text, { ...line, count });
  }
  return [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

function subtaskLine(one: PieceTruth): ExpectedSubtask {
  const { total, succeeded, failed } = one;
  return {
    kind: one.piece.kind.kind,
    definition: definitionOf(one),
    status: one.status,
    ...known(one.errorCode),
    ...(one.superseded && { superseded: true as const }),
    count: 1,
    ...(total > 1 && { twins: { total, succeeded, failed } }),
  };
}
