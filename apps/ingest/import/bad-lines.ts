import { UsageError } from '@mps-ledger/platform';
import { isBlank, type InputLine, type RunDisplay } from '@mps-ledger/exports';

/** A line that is no notification. */
export interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  readonly detail: string;
}

/** The result lists so many of them; all are reported when they are found, and counted. */
const MAX_LISTED = 100;

/** Reports bad lines, counts them by reason, and keeps the first ones. */
export class BadLines {
  readonly listed: BadLine[] = [];
  readonly byReason: Record<string, number>;
  count: number;

  constructor(
    private readonly display: Pick<RunDisplay, 'say'>,
    before: Readonly<Record<string, number>> = {},
  ) {
    this.byReason = { ...before };
    this.count = Object.values(before).reduce((sum, one) => sum + one, 0);
  }

  add({ number: line }: InputLine, { reason, detail }: Pick<BadLine, 'reason' | 'detail'>): void {
    this.byReason[reason] = (this.byReason[reason] ?? 0) + 1;
    this.count += 1;
    if (this.listed.length < MAX_LISTED) this.listed.push({ line, reason, detail });
    this.display.say(`line ${line}: ${reason}: ${detail}`, { line, reason, detail });
  }
}

/** A line that may be a notification; else that it is empty, or why it is bad. */
export type ExaminedLine =
  | { readonly outcome: 'full'; readonly bytes: Buffer }
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'bad'; readonly reason: string; readonly detail: string };

/** Examines a line before anything reads it as a notification. */
export function examineLine({ bytes, length }: InputLine, maxBytes: number): ExaminedLine {
  if (bytes === null) {
    const detail = `the line has ${length} bytes; a notification may have ${maxBytes}`;
    return { outcome: 'bad', reason: 'line-too-long', detail };
  }
  return isBlank(bytes) ? { outcome: 'empty' } : { outcome: 'full', bytes };
}

const EXPORT_HEADER = Buffer.from('{"mps_ledger_export"');

/** @throws UsageError where a line begins an export of raw records: those are restored, not imported. */
export function refuseExport({ bytes, number }: InputLine): void {
  if (bytes?.subarray(0, EXPORT_HEADER.length).equals(EXPORT_HEADER) !== true) return;
  throw new UsageError(
    `Line ${number} begins an export of raw records: as notifications they would lose their trust and their times. ` +
      'Restore them into an empty ledger: npm run import -- --restore FILE',
  );
}
