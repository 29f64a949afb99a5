import type { ExpectedLiveItem } from '../truth/live-items';
import type { ExpectedTask, ExpectedSubtask, TruthLine } from '../truth/truth-line';

/** One member of a task's answer that differs from the truth. */
export interface TruthDifference {
  readonly task_id: string;
  /** The member's name; `task` if the task is missing. */
  readonly member: string;
  readonly expected: string;
  readonly got: string;
}

const PLAIN = ['kind', 'status', 'error_code', 'outcome', 'contradicted', 'session_id'] as const;

/**
 * Compares an answer with the truth: all members that the truth has; subtasks as a multiset, since their keys are internal to the
 * ledger. If the result of some sends is unknown, any of the alternatives is accepted.
 */
export function compareTask(truth: TruthLine, answer: unknown): readonly TruthDifference[] {
  const differences = compareOne(truth.task_id, truth, answer);
  const other = truth.alternatives?.some((expected) => compareOne(truth.task_id, expected, answer).length === 0);
  return other === true ? [] : differences;
}

function compareOne(taskId: string, expected: Partial<ExpectedTask>, answer: unknown): readonly TruthDifference[] {
  const got = membersOf(answer);
  const plain = PLAIN.filter((member) => member in expected && !same(expected[member], got[member])).map((member) => ({
    task_id: taskId,
    member,
    expected: shown(expected[member]),
    got: shown(got[member]),
  }));
  return [
    ...plain,
    ...compareSubtasks(taskId, expected.subtasks, got['subtasks']),
    ...compareLiveItems(taskId, expected.live_items, got['live_items']),
  ];
}

/** As multisets. An offset that a transport omits is 0. */
function compareLiveItems(
  taskId: string,
  expected: readonly ExpectedLiveItem[] | undefined,
  answered: unknown,
): readonly TruthDifference[] {
  if (expected === undefined) return [];
  const items = (Array.isArray(answered) ? answered : []).map(membersOf);
  const got = items.map(({ kind, start_offset, end_offset, text: said, steady }) =>
    shown({ kind, start_offset: start_offset ?? 0, end_offset: end_offset ?? 0, text: said, steady }),
  );
  const wanted = expected.map((item) => shown(item));
  const [missing, beside] = [withoutThose(wanted, got), withoutThose(got, wanted)];
  if (missing.length + beside.length === 0) return [];
  return [{ task_id: taskId, member: 'live_items', expected: listed(missing), got: listed(beside) }];
}

function withoutThose(texts: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return texts.filter((one) => {
    const place = left.indexOf(one);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
}

function compareSubtasks(
  taskId: string,
  expected: readonly ExpectedSubtask[] | undefined,
  answered: unknown,
): readonly TruthDifference[] {
  if (expected === undefined) return [];
  const got = (Array.isArray(answered) ? answered : []).map(membersOf);
  const missing: string[] = [];
  // Subtasks with a known code are matched first, so that those without one get the rest.
  const byNeed = [...expected].sort((a, b) => Number('error_code' in b) - Number('error_code' in a));
  for (const wanted of byNeed.flatMap((one) => Array.from({ length: one.count }, () => one))) {
    const place = got.findIndex((subtask) => matches(wanted, subtask));
    if (place < 0) missing.push(describe({ ...wanted }));
    else got.splice(place, 1);
  }
  if (missing.length === 0 && got.length === 0) return [];
  const beside = got.map(describe);
  return [{ task_id: taskId, member: 'subtasks', expected: listed(missing), got: listed(beside) }];
}

type Members = Readonly<Record<string, unknown>>;

function matches(wanted: ExpectedSubtask, got: Members): boolean {
  const compared: Members = {
    ...wanted,
    count: undefined,
    twins: wanted.twins ?? null,
    superseded: wanted.superseded ?? false,
  };
  const names = [
    'kind',
    'definition',
    'status',
    'superseded',
    'twins',
    ...('error_code' in wanted ? ['error_code'] : []),
  ];
  return names.every((name) => same(compared[name], got[name]));
}

function describe({ kind, definition, status, error_code: code, twins, superseded }: Members): string {
  const shares = twins === undefined || twins === null ? '' : ` of twins ${shown(twins)}`;
  return `${text(kind)} ${text(definition ?? '-')} ${text(status)}${superseded === true ? ', superseded' : ''} (${code === undefined ? 'any code' : text(code)})${shares}`;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : shown(value));
const listed = (texts: readonly string[]): string =>
  texts.length === 0 ? 'nothing else' : [...texts].sort().join('; ');

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function same(a: unknown, b: unknown): boolean {
  return shown(a) === shown(b);
}

/** A value as JSON, with the members of an object sorted by name. */
function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
