import type { SubtaskView, TaskView } from '@mps-ledger/tasks';
import type { MemberDifference } from '@mps-ledger/comparing';
import type { TrueMembers, TrueSubtask } from '../inputs/truth';

const PLAIN = ['kind', 'status', 'error_code', 'outcome', 'contradicted', 'session_id'] as const;

/**
 * The members in which a task differs from what is accepted of it: none if any of those agrees, else those of the first.
 * Only members that are given are compared.
 */
export function untrue(accepted: readonly TrueMembers[], task: TaskView): readonly MemberDifference[] {
  const [first = {}, ...others] = accepted;
  const differences = disagreement(first, task);
  return others.some((other) => disagreement(other, task).length === 0) ? [] : differences;
}

function disagreement(truth: TrueMembers, task: TaskView): readonly MemberDifference[] {
  const plain = PLAIN.flatMap((member): MemberDifference[] => {
    const expected = truth[member];
    const got = task[member];
    return expected === undefined || same(expected, got) ? [] : [{ member, expected, got }];
  });
  return [...plain, ...subtasks(truth.subtasks, task.subtasks)];
}

/** As a multiset: keys are ours alone. Those whose code is given choose first, the others take what is left. */
function subtasks(expected: readonly TrueSubtask[] | undefined, got: readonly SubtaskView[]): MemberDifference[] {
  if (expected === undefined) return [];
  const left = [...got];
  const missing: TrueSubtask[] = [];
  for (const wanted of [...expected].sort((a, b) => Number(hasCode(b)) - Number(hasCode(a)))) {
    let count = wanted.count;
    for (; count > 0; count -= 1) {
      const place = left.findIndex((subtask) => agrees(wanted, subtask));
      if (place < 0) break;
      left.splice(place, 1);
    }
    if (count > 0) missing.push({ ...wanted, count });
  }
  if (missing.length + left.length === 0) return [];
  const others = left.map(({ kind, definition, status, error_code, twins }) => ({
    ...{ kind, definition, status, error_code },
    ...(twins !== null && { twins }),
  }));
  return [{ member: 'subtasks', expected: missing, got: others }];
}

function hasCode({ error_code: code }: TrueSubtask): boolean {
  return code !== undefined;
}

function agrees(wanted: TrueSubtask, got: SubtaskView): boolean {
  const { twins, error_code: code } = wanted;
  return (
    wanted.kind === got.kind &&
    same(wanted.definition, got.definition) &&
    wanted.status === got.status &&
    (code === undefined || same(code, got.error_code)) &&
    twins?.total === got.twins?.total &&
    twins?.succeeded === got.twins?.succeeded &&
    twins?.failed === got.twins?.failed
  );
}

/** Codes and definitions are numbers or texts, as the provider spelled them: 10 and "10" are one. */
function same(a: string | number | boolean | null, b: string | number | boolean | null): boolean {
  return a === b || (a !== null && b !== null && String(a) === String(b));
}
