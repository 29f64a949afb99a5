import type { AnswerOf } from '../api/answers';

export type UsageItem = AnswerOf<'listUsage'>['items'][number];

/** What is measured, by the name that the address has for it. */
export const MEASURES = {
  minutes: { label: 'Output minutes', of: ({ output_minutes }: UsageItem) => output_minutes },
  gigabytes: { label: 'Output GB', of: ({ output_bytes }: UsageItem) => output_bytes / 1e9 },
  subtasks: { label: 'Subtasks', of: ({ subtasks }: UsageItem) => subtasks },
  tasks: { label: 'Tasks', of: ({ tasks }: UsageItem) => tasks },
} as const;
export type MeasureName = keyof typeof MEASURES;

export const measureNamed = (name: string | null): MeasureName =>
  name !== null && Object.hasOwn(MEASURES, name) ? (name as MeasureName) : 'minutes';

/** The numbers of a row, in a table and in what is exported. */
export const USAGE_COLUMNS = [
  ['Output minutes', MEASURES.minutes.of],
  ['Output GB', MEASURES.gigabytes.of],
  ['Subtasks', MEASURES.subtasks.of],
  ['Failed subtasks', ({ failed_subtasks }: UsageItem) => failed_subtasks],
  ['Tasks', MEASURES.tasks.of],
  ['Failed tasks', ({ failed_tasks }: UsageItem) => failed_tasks],
] as const;

/** The days of a period, each with its value; days of which nothing is said are 0. */
export function dayValues(
  items: readonly UsageItem[],
  measure: MeasureName,
  begin: string,
  now: number,
): readonly (readonly [string, number])[] {
  const values = new Map(items.map((item) => [item.day ?? '', MEASURES[measure].of(item)]));
  const days: string[] = [];
  for (let at = Date.parse(begin); at <= now; at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10));
  const last = new Date(now).toISOString().slice(0, 10);
  return [...new Set([...days, last])].map((day) => [day, values.get(day) ?? 0]);
}

/** The name of a template: what a subtask did and by which definition; of tasks, their own work. */
export function templateWords({ subtask_kind: kind, definition }: UsageItem): string {
  if (kind === null || kind === undefined) return 'The tasks themselves';
  return [kind, definition].filter((part) => part !== null && part !== undefined && part !== '').join(' ');
}

/** A number for people: whole where it is large. */
export const numberWords = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value >= 100 || Number.isInteger(value) ? 0 : 2 });

/** A table as CSV. A cell that a spreadsheet would take for a formula begins with `'`, as in the API's exports. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
