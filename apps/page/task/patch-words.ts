import type { AnswerOf } from '../api/answers';

type Patch = AnswerOf<'getTaskDiff'>['patch'];

/** One difference between two versions. */
export interface VersionDifference {
  /** Whose value it is: a subtask's name; null: the task's own. */
  readonly subtask: string | null;
  /** Such as `status`, `output/Path`; empty: the subtask as a whole. */
  readonly path: string;
  /** Undefined: it was not there, or is not any more. */
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Record<string, unknown>;

/** The differences of a JSON Patch, with the values before: the patch is applied step by step to a copy of what it begins with. */
export function differencesOf(from: object, patch: Patch): readonly VersionDifference[] {
  const document = structuredClone(from) as Json;
  return patch.map((step) => {
    const tokens = step.path.split('/').slice(1).map(unescape);
    const [root, index, ...rest] = tokens;
    const isOfSubtask = root === 'subtasks' && index !== undefined;
    const named = isOfSubtask
      ? subtaskAt(document, index, 'value' in step ? step.value : undefined, rest.length === 0 && step.op === 'add')
      : null;
    const before = valueAt(document, tokens);
    const isInsert = step.op === 'add' && Array.isArray(valueAt(document, tokens.slice(0, -1)));
    apply(document, tokens, step);
    return {
      subtask: named,
      path: (isOfSubtask ? rest : tokens).join('/'),
      before: isInsert ? undefined : before,
      after: step.op === 'remove' ? undefined : step.value,
    };
  });
}

const unescape = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

function subtaskAt(document: Json, index: string, value: unknown, isNew: boolean): string {
  const subtask = (isNew ? value : valueAt(document, ['subtasks', index])) as Json | undefined;
  const { kind = '', definition = null } = subtask ?? {};
  return [kind, definition].filter((part) => part !== null && part !== '').join(' ');
}

function valueAt(document: unknown, tokens: readonly string[]): unknown {
  return tokens.reduce<unknown>(
    (value, token) => (typeof value === 'object' && value !== null ? (value as Json)[token] : undefined),
    document,
  );
}

function apply(document: Json, tokens: readonly string[], step: Patch[number]): void {
  const parent = valueAt(document, tokens.slice(0, -1));
  const name = tokens.at(-1) ?? '';
  if (Array.isArray(parent)) {
    const at = name === '-' ? parent.length : Number(name);
    if (step.op === 'add') parent.splice(at, 0, step.value);
    else if (step.op === 'remove') parent.splice(at, 1);
    else parent[at] = step.value;
  } else if (typeof parent === 'object' && parent !== null) {
    if (step.op === 'remove') Reflect.deleteProperty(parent, name);
    else (parent as Json)[name] = step.value;
  }
}
