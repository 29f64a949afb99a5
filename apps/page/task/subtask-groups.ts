import type { ShownSubtask } from '../api/answers';

/** What an operator looks for comes first. */
const ORDER: readonly ShownSubtask['status'][] = ['failed', 'processing', 'queued', 'unknown', 'succeeded'];

/** More subtasks than this are shown by kind. */
export const MOST_UNGROUPED = 50;

export interface SubtaskGroup {
  readonly kind: string;
  readonly subtasks: readonly ShownSubtask[];
  /** By status, of those that there are, in the order of what is looked for. */
  readonly counts: readonly (readonly [ShownSubtask['status'], number])[];
}

/** Subtasks in the order of what is looked for, and then as the API has them. */
export function inOrder(subtasks: readonly ShownSubtask[]): readonly ShownSubtask[] {
  return ORDER.flatMap((status) => subtasks.filter((subtask) => subtask.status === status));
}

/** The subtasks by kind; kinds with failures come first. */
export function groupsOf(subtasks: readonly ShownSubtask[]): readonly SubtaskGroup[] {
  const kinds = new Map<string, ShownSubtask[]>();
  for (const subtask of inOrder(subtasks)) {
    const members = kinds.get(subtask.kind);
    if (members === undefined) kinds.set(subtask.kind, [subtask]);
    else members.push(subtask);
  }
  return [...kinds].map(([kind, members]) => ({ kind, subtasks: members, counts: countsOf(members) }));
}

function countsOf(subtasks: readonly ShownSubtask[]): SubtaskGroup['counts'] {
  const counts = ORDER.map(
    (status) => [status, subtasks.filter((subtask) => subtask.status === status).length] as const,
  );
  return counts.filter(([, count]) => count > 0);
}
