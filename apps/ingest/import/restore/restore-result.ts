import { printable } from '@mps-ledger/platform';

/** What came of a restore, or of its dry run. */
export interface RestoreResult {
  readonly file: string;
  readonly ok: boolean;
  /** Why it ended before the end of the file; null where it did not. */
  readonly error: string | null;
  readonly dry_run: boolean;
  /** Records of the export that are on the log, or (dry run) that it has. */
  readonly records: number;
  /** Those that this run appended. */
  readonly records_now: number;
  /** The log that the export comes from. */
  readonly from_log_id: string;
  /** The log that it was restored into; absent for a dry run. */
  readonly log_id?: string;
  readonly seconds: number;
}

/** The result as a text for people. */
export function restoreText(result: RestoreResult): string {
  const { file, records, records_now: now, from_log_id: from, log_id: into, seconds } = result;
  const count = `${records.toLocaleString('en')} raw records of log ${printable(from)}`;
  const what = into === undefined ? 'are complete and could be restored' : `restored into log ${into}`;
  const part = into === undefined || now === records ? '' : ` (${now.toLocaleString('en')} of them now)`;
  return `${printable(file)}: ${count} ${what}${part}, ${seconds.toFixed(1)} s\n`;
}
