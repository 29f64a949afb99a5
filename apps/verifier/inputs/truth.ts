import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import { readObjects, wrongLine, type Line } from './ndjson';

/** How many share one key, and how many of them ended how. */
export interface TrueTwins {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** A subtask as a truth has it; `count` of them are alike. */
export interface TrueSubtask {
  readonly kind: string;
  readonly definition: string | null;
  readonly status: string;
  /** Absent where it is not known. */
  readonly error_code?: number | string | null;
  readonly count: number;
  /** Null for a single subtask. */
  readonly twins: TrueTwins | null;
}

/** What must have become of a task. Members that are absent are not known, and not compared. */
export interface TrueMembers {
  readonly kind?: string;
  readonly status?: string;
  readonly error_code?: number | string | null;
  readonly outcome?: string | null;
  readonly contradicted?: boolean;
  readonly session_id?: string | null;
  readonly subtasks?: readonly TrueSubtask[];
}

export interface TrueTask {
  readonly file: string;
  readonly line: number;
  readonly account: string;
  readonly taskId: string;
  /** Any of these will do; at least one. */
  readonly accepted: readonly TrueMembers[];
}

/** What each member must be, and in words. */
const MEMBERS: Readonly<Record<keyof TrueMembers, readonly [(value: unknown) => boolean, string]>> = {
  kind: [isText, 'a text'],
  status: [isText, 'a text'],
  error_code: [isCode, 'a whole number, a text or null'],
  outcome: [isTextOrNull, 'a text or null'],
  contradicted: [(value) => typeof value === 'boolean', 'true or false'],
  session_id: [isTextOrNull, 'a text or null'],
  subtasks: [(value) => Array.isArray(value), 'an array'],
};

/** The tasks of a truth file, as a stream. @throws UsageError */
export async function* readTruth(file: string): AsyncGenerator<TrueTask> {
  for await (const line of readObjects(file)) yield taskOf(line);
}

function taskOf(line: Line): TrueTask {
  const { account = DEFAULT_ACCOUNT, task_id: taskId, alternatives = [] } = line.value;
  if (typeof account !== 'string') throw wrongLine(line, 'has an account that is no text.');
  if (typeof taskId !== 'string') throw wrongLine(line, 'has no task_id; it must be a text.');
  if (!Array.isArray(alternatives)) throw wrongLine(line, 'has alternatives that are no array.');
  const accepted = [line.value, ...(alternatives as unknown[])].map((one) => membersOf(one, line));
  return { file: line.file, line: line.number, account, taskId, accepted };
}

function membersOf(value: unknown, line: Line): TrueMembers {
  if (!isObject(value)) throw wrongLine(line, 'has an alternative that is no object.');
  const members: Record<string, unknown> = {};
  for (const [name, [isRight, must]] of Object.entries(MEMBERS)) {
    if (!Object.hasOwn(value, name)) continue;
    if (!isRight(value[name])) throw wrongLine(line, `has a wrong ${name}; it must be ${must}.`);
    members[name] = name === 'subtasks' ? (value[name] as unknown[]).map((one) => subtaskOf(one, line)) : value[name];
  }
  return members;
}

const SUBTASK =
  'a subtask must have kind, definition (a text or null) and status, and may have error_code, count (from 1) and ' +
  'twins {total, succeeded, failed}';

function subtaskOf(value: unknown, line: Line): TrueSubtask {
  if (!isObject(value)) throw wrongLine(line, `has a subtask that is no object; ${SUBTASK}.`);
  const { kind, definition = null, status, count = 1, twins = null } = value;
  const hasCode = Object.hasOwn(value, 'error_code');
  const code = hasCode ? value['error_code'] : undefined;
  if (
    typeof kind !== 'string' ||
    !isTextOrNull(definition) ||
    typeof status !== 'string' ||
    !isCount(count) ||
    count === 0 ||
    !(twins === null || isTwins(twins)) ||
    !(code === undefined || isCode(code))
  )
    throw wrongLine(line, `has a wrong subtask; ${SUBTASK}.`);
  return { kind, definition, status, count, twins, ...(code !== undefined && { error_code: code }) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function isCode(value: unknown): value is number | string | null {
  return isTextOrNull(value) || Number.isSafeInteger(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTwins(value: unknown): value is TrueTwins {
  return isObject(value) && ['total', 'succeeded', 'failed'].every((name) => isCount(value[name]));
}
