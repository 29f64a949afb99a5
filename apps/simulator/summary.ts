import { printable } from '@mps-ledger/platform';
import type { SimulatorArguments } from './arguments';
import type { TruthCheckResult } from './check/check-truth';
import type { Counts } from './counts';

export interface Summary {
  readonly seed: string;
  readonly mode: string;
  /** The time of the signatures in unix seconds, to reproduce the bytes with `--now`; null without --sign. */
  readonly now: number | null;
  readonly counts: Counts;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly check: TruthCheckResult | null;
  /** Why the run failed; null if it did not. */
  readonly failure: string | null;
  readonly exitCode: number;
}

/** The summary as one JSON object. */
export function summaryJson(summary: Summary): string {
  const { counts, exitCode, seconds, ...rest } = summary;
  const rate = Math.round(counts.sends / Math.max(seconds, 0.001));
  return `${JSON.stringify({ ...rest, ...counts, seconds, per_second: rate, exit_code: exitCode })}\n`;
}

/** The summary as a few lines of text. */
export function summaryText({ seed, mode, now, counts, seconds, interrupted, check, failure }: Summary): string {
  const sent = counts.sends === 0 ? [] : sentLines({ seed, mode, now, counts, seconds });
  const lines = [
    ...(interrupted ? ['Interrupted. Journal and truth contain what was acknowledged until then.'] : []),
    ...sent,
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
    `${acknowledged} acknowledged, ${refused} refused, ${uncertain} with unknown result; ${repeats} retries`,
    ...Object.entries(answers).map(([answer, count]) => `  ${count} × ${answer}`),
  ];
}

function checkLines({ tasks, different, differences, more }: TruthCheckResult): readonly string[] {
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

/** The exit code: 1 if nothing was acknowledged or the run failed, 3 if answers differ from the truth. */
export function exitCodeOf(
  args: SimulatorArguments,
  summary: Pick<Summary, 'counts' | 'check' | 'failure' | 'interrupted'>,
): number {
  if (summary.failure !== null || summary.interrupted) return 1;
  if (args.check !== null && (summary.check === null || summary.check.different > 0)) return 3;
  return 0;
}
