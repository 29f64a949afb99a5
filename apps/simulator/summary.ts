import { printable } from '@mps-ledger/platform';
import type { Arguments } from './arguments';
import type { CheckResult } from './check/check-truth';
import type { Counts } from './counts';

export interface Summary {
  readonly seed: string;
  readonly mode: string;
  /** What signatures were made at, unix seconds: `--now` of the same bytes; null without --sign. */
  readonly now: number | null;
  readonly counts: Counts;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly check: CheckResult | null;
  /** Why the run failed, in words; null where it did not. */
  readonly failure: string | null;
  readonly exitCode: number;
}

/** One JSON object, for programs. */
export function summaryJson(summary: Summary): string {
  const { counts, exitCode, seconds, ...rest } = summary;
  const rate = Math.round(counts.sends / Math.max(seconds, 0.001));
  return `${JSON.stringify({ ...rest, ...counts, seconds, per_second: rate, exit_code: exitCode })}\n`;
}

/** A few lines, for people. */
export function summaryText({ seed, mode, now, counts, seconds, interrupted, check, failure }: Summary): string {
  const told = counts.sends === 0 ? [] : sentLines({ seed, mode, now, counts, seconds });
  const lines = [
    ...(interrupted ? ['Interrupted. What was acknowledged until then is in the journal and the truth.'] : []),
    ...told,
    ...(check === null ? [] : checkLines(check)),
    ...(failure === null ? [] : [failure]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

type Sent = Pick<Summary, 'seed' | 'mode' | 'now' | 'counts' | 'seconds'>;

function sentLines({ seed, mode, now, counts, seconds }: Sent): readonly string[] {
  const { tasks, sends, acknowledged, refused, uncertain, repeats, bytes, answers } = counts;
  const signed = now === null ? '' : `, signed at ${now} (--now)`;
  const rate = Math.round(sends / Math.max(seconds, 0.001));
  return [
    `${tasks} tasks, ${sends} sends, ${megabytes(bytes)} in ${seconds.toFixed(1)} s (${rate}/s); seed ${seed}, mode ${mode}${signed}`,
    `${acknowledged} acknowledged, ${refused} refused, ${uncertain} of unknown fate; ${repeats} repeated`,
    ...Object.entries(answers).map(([answer, count]) => `  ${count} × ${answer}`),
  ];
}

function checkLines({ tasks, different, differences, more }: CheckResult): readonly string[] {
  if (different === 0) return [`${tasks} tasks checked: all answers agree with the truth`];
  return [
    `${tasks} tasks checked: ${different} of the answers differ from the truth`,
    ...differences.map(
      ({ task_id, member, expected, got }) => `  ${task_id}: ${member}: expected ${expected}; got ${got}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Sends that nobody took are a failure; answers that differ are another. */
export function exitCodeOf(
  args: Arguments,
  summary: Pick<Summary, 'counts' | 'check' | 'failure' | 'interrupted'>,
): number {
  if (summary.failure !== null || summary.interrupted) return 1;
  if (args.check !== null && (summary.check === null || summary.check.different > 0)) return 3;
  return 0;
}
