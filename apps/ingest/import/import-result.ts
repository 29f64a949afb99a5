import { printable } from '@mps-ledger/platform';
import type { BadLine } from './bad-lines';

/** What came of an import, or of its dry run. */
export interface ImportResult {
  readonly file: string;
  /** Every line was read, and none is bad. */
  readonly ok: boolean;
  /** Why it ended before the end of the file; null where it did not. */
  readonly error: string | null;
  readonly dry_run: boolean;
  /** The line that an earlier run had reached; null where this one began at the first. */
  readonly resumed_after: number | null;
  /** Lines done, with those of earlier runs; the other numbers too. */
  readonly lines: number;
  /** Notifications: on the log, or (dry run) that would be appended. */
  readonly imported: number;
  readonly imported_now: number;
  readonly empty: number;
  readonly bad: number;
  readonly bad_by_reason: Readonly<Record<string, number>>;
  /** The first 100 of this run. */
  readonly bad_lines: readonly BadLine[];
  readonly seconds: number;
  /** Only where it was imported. */
  readonly log_id?: string;
  /** Only of a dry run. */
  readonly found?: FoundInFile;
}

/** What the notifications of a file are about. */
export interface FoundInFile {
  /** Different tasks; at least so many where `tasks_capped`. */
  readonly tasks: number;
  readonly tasks_capped: boolean;
  readonly without_task: number;
  /** Notifications by EventType or NotificationType; `none` for those that have neither. */
  readonly event_types: Readonly<Record<string, number>>;
}

/** The result as a text for people. */
export function resultText(result: ImportResult): string {
  const {
    file,
    lines,
    imported,
    imported_now: now,
    empty,
    bad,
    dry_run: isDry,
    resumed_after: before,
    seconds,
  } = result;
  const verb = isDry ? 'would be imported' : 'imported';
  const rate = seconds > 0 && !isDry ? `, ${many(Math.round(now / seconds))} a second` : '';
  return [
    `${printable(file)}: ${many(lines)} lines read, ${many(imported)} notifications ${verb}${before === null ? '' : ` (${many(now)} of them now)`}, ${many(empty)} empty, ${many(bad)} bad.`,
    ...Object.entries(result.bad_by_reason).map(([reason, count]) => `  ${reason}: ${many(count)}`),
    ...(result.found === undefined ? [] : foundText(result.found)),
    `${seconds.toFixed(1)} s${rate}`,
    '',
  ].join('\n');
}

function foundText({
  tasks,
  tasks_capped: isCapped,
  without_task: without,
  event_types: types,
}: FoundInFile): string[] {
  const about = `${isCapped ? 'At least ' : ''}${many(tasks)} tasks; ${many(without)} notifications without a task.`;
  return [about, ...Object.entries(types).map(([type, count]) => `  ${printable(type)}: ${many(count)}`)];
}

const many = (count: number): string => count.toLocaleString('en');
