import type { Plan } from '../task/plan';
import type { View } from '../task/view';
import { definitionOf } from './entries';
import { foldViews, type PieceTruth, type TaskTruth } from './fold';

/** What the API must answer of a task. A member that is not there is not known, and not compared. */
export interface Expected {
  readonly kind: string;
  readonly status: string;
  readonly error_code?: number | null;
  readonly outcome: string | null;
  readonly contradicted: boolean;
  readonly session_id: string | null;
  readonly subtasks: readonly ExpectedSubtask[];
}

export interface ExpectedSubtask {
  readonly kind: string;
  readonly definition: string | null;
  readonly status: string;
  readonly error_code?: number | null;
  /** Open, and taken for another one under an earlier spelling of its input. */
  readonly superseded?: true;
  /** How many subtasks of the answer look like this. */
  readonly count: number;
  /** For twins, which the answer shows as one. */
  readonly twins?: { readonly total: number; readonly succeeded: number; readonly failed: number };
}

/** One line of a truth file. */
export interface TruthLine extends Expected {
  readonly account: string;
  readonly task_id: string;
  /** Sends that were acknowledged. */
  readonly sends: number;
  /** Sends of which it is not known whether they were taken. */
  readonly uncertain: number;
  /** What else may be answered, since some of those sends may have been taken. */
  readonly alternatives?: readonly Expected[];
}

/** Beyond this many sends of unknown fate a task is not judged: each of them doubles what may be true. */
const MOST_UNCERTAIN = 6;

/**
 * What is known of a task, or null where nothing can be said: no readable notification was acknowledged, or too many are
 * of unknown fate. `acknowledged` and `uncertain` are what those sends said, null for what the ledger does not read.
 */
export function truthLine(
  plan: Plan,
  acknowledged: readonly (View | null)[],
  uncertain: readonly (View | null)[],
): TruthLine | null {
  const sure = acknowledged.filter((view) => view !== null);
  const unsure = uncertain.filter((view) => view !== null);
  if (sure.length === 0 || unsure.length > MOST_UNCERTAIN) return null;
  const expected = expectedOf(plan, sure);
  const alternatives = otherwise(plan, sure, unsure, expected);
  return {
    account: 'default',
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
  expected: Expected,
): readonly Expected[] {
  const different = new Map<string, Expected>();
  for (let subset = 1; subset < 2 ** unsure.length; subset += 1) {
    const taken = unsure.filter((_, place) => Math.floor(subset / 2 ** place) % 2 === 1);
    const other = expectedOf(plan, [...sure, ...taken]);
    different.set(JSON.stringify(other), other);
  }
  different.delete(JSON.stringify(expected));
  return [...different.values()];
}

/** What the API must answer after these were heard. */
export function expectedOf(plan: Plan, views: readonly View[]): Expected {
  const truth = foldViews(plan, views);
  return {
    kind: plan.family,
    status: truth.status,
    ...known(truth.errorCode),
    outcome: truth.outcome,
    contradicted: truth.contradicted,
    session_id: plan.sessionId === '' ? null : plan.sessionId,
    subtasks: subtasksOf(truth),
  };
}

const known = (code: TaskTruth['errorCode']) => (code === undefined ? {} : { error_code: code });

/** Sorted by kind, definition and status; those that look alike are one line with a count. */
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
