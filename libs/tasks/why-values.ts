import type { SubtaskView, TaskView } from './describe';
import { setMember } from './json';
import type { Json } from './json';
import type { ValueRule } from './why-rules';

/** Values that are shown together because one event set them. */
export interface ExplainedValues {
  /** Null: of the task itself. */
  readonly subtask: string | null;
  readonly rule: ValueRule;
  /** By name, as the answer about the task has them; members of `metadata`, `live` and `twins` as `metadata/Width`. */
  readonly shown: { readonly [name: string]: Json };
  /** What the event that set them said it of. */
  readonly source: { readonly subtask: string | null; readonly value: string };
  /** Of a computed value: how it was computed. */
  readonly because: string | null;
}

/** The shown values of a task that an event set, those of the task itself first, then by subtask. What is null was set by nobody. */
export function explainedValues(view: TaskView): readonly ExplainedValues[] {
  return [...ofTask(view), ...view.subtasks.flatMap(ofSubtask)];
}

function ofTask(view: TaskView): readonly ExplainedValues[] {
  const { status, error_code, error_class, retryable, error_note, message, output, confirmation } = view;
  const end = { error_code, error_class, retryable, error_note, message, output, confirmation };
  const explained = explainer(null);
  return [
    explained('end', { status, ...(confirmation !== null && end) }, 'status'),
    ...computed(view),
    ...(['kind', 'session_id', 'session_context', 'input'] as const).map((name) =>
      explained('report', { [name]: name === 'kind' && view.kind === 'unknown' ? null : view[name] }, name),
    ),
    ...Object.entries(view.metadata ?? {}).map(([name, value]) =>
      explained('report', { [`metadata/${name}`]: value }, `metadata/${name}`),
    ),
    ...Object.entries(view.live ?? {}).map(([name, value]: [string, number]) =>
      explained('maximum', { [`live/${name}`]: value }, `live/${name}`),
    ),
  ].filter(isShown);
}

/** What is computed of the whole task, with the value that decides. */
function computed(view: TaskView): readonly ExplainedValues[] {
  const { outcome, outcome_reason, subtasks } = view;
  const failed = subtasks.find(({ status, twins }) => status === 'failed' || (twins?.failed ?? 0) > 0);
  const isBySubtask = view.error_class === null && (outcome === 'failed' || outcome === 'partially-failed');
  const differing = (name: 'contradicted' | 'revised') => subtasks.find((subtask) => subtask[name]);
  const of = (shown: ExplainedValues['shown'], decides: SubtaskView | undefined, because: string | null) => ({
    ...{ subtask: null, rule: 'computed' as const, shown, source: endOf(decides), because },
  });
  return [
    ...(outcome === null ? [] : [of({ outcome }, isBySubtask ? failed : undefined, outcome_reason)]),
    ...(view.contradicted ? [of({ contradicted: true }, differing('contradicted'), CONTRADICTED)] : []),
    ...(view.revised ? [of({ revised: true }, differing('revised'), REVISED)] : []),
  ];
}

/** What says how a subtask, or the task, ended; of twins that were only counted, their number. */
function endOf(subtask: SubtaskView | undefined): ExplainedValues['source'] {
  if (subtask === undefined) return { subtask: null, value: 'status' };
  const isCounted = subtask.status !== 'failed' && (subtask.twins?.failed ?? 0) > 0;
  return { subtask: subtask.key, value: isCounted ? 'twins/failed' : 'status' };
}

const CONTRADICTED = 'Claims about an end cannot all be true, or more subtasks ended than any notification listed.';
const REVISED = 'Claims agree on the end and differ in its output.';
const SUPERSEDED = 'It is open although the task has finished, and as many others as were ever listed have ended.';

function ofSubtask(view: SubtaskView): readonly ExplainedValues[] {
  const { key, status, error_code, error_code_ext, error_class, retryable, error_note, message, output } = view;
  const isEnded = status === 'succeeded' || status === 'failed';
  const end = { error_code, error_code_ext, error_class, retryable, error_note, message, output };
  const explained = explainer(key);
  const isByEnd = status === 'succeeded';
  const flags: readonly Pick<ExplainedValues, 'shown' | 'because'>[] = [
    ...(view.contradicted ? [{ shown: { contradicted: true }, because: CONTRADICTED }] : []),
    ...(view.revised ? [{ shown: { revised: true }, because: REVISED }] : []),
    ...(view.superseded ? [{ shown: { superseded: true }, because: SUPERSEDED }] : []),
  ];
  return [
    explained('end', { status, ...(isEnded && end), ...(isByEnd && { progress: view.progress }) }, 'status'),
    ...flags.map((flag) => ({ ...explained('computed', flag.shown, 'status'), because: flag.because })),
    ...(isByEnd ? [] : [explained('maximum', { progress: view.progress }, 'progress')]),
    explained('report', { input: view.input }, 'input'),
    ...Object.entries(view.twins ?? {}).map(([name, value]: [string, number]) =>
      explained('maximum', { [`twins/${name}`]: value }, `twins/${name}`),
    ),
  ].filter(isShown);
}

function explainer(subtask: string | null) {
  return (rule: ValueRule, values: { readonly [name: string]: Json }, value: string): ExplainedValues => {
    const shown: Record<string, Json> = {};
    for (const [name, one] of Object.entries(values)) if (one !== null) setMember(shown, name, one);
    return { subtask, rule, shown, source: { subtask, value }, because: null };
  };
}

const isShown = ({ shown }: ExplainedValues): boolean => Object.keys(shown).length > 0;

/** The names of explained values; of `metadata`, `live` and `twins` each member. */
export const EXPLAINED_NAMES = [
  ...['status', 'error_code', 'error_code_ext', 'error_class', 'retryable', 'error_note', 'message', 'output'],
  ...['confirmation', 'outcome', 'contradicted', 'revised', 'superseded', 'kind', 'session_id', 'session_context'],
  ...['input', 'progress', 'metadata', 'live', 'twins'],
] as const;
