import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import { StartFailure, type Logger } from '@mps-ledger/platform';
import { TOPICS } from '@mps-ledger/records';
import {
  BEGINNING,
  ExportDamaged,
  ExportReader,
  readExportLines,
  showLines,
  type Input,
  type RecordOfExport,
  type RunDisplay,
} from '@mps-ledger/exports';
import { makeCursorKeeper } from '../cursor-keeper';
import { NO_LINES } from '../import-cursor';
import { whyEnded } from '../why-ended';
import { appendRecords } from './append-records';
import type { RestoreResult } from './restore-result';
import { windowsOf } from './windows';

export interface RestoreIntoOptions {
  readonly log: Pick<EventLog, 'append' | 'endPositions'>;
  readonly identity: LogIdentity;
  readonly input: Input;
  readonly logger: Logger;
  readonly display: RunDisplay;
  readonly signal: AbortSignal;
  /** See `appendRecords`. */
  readonly giveUpMs?: number;
}

/**
 * Appends the records of an export to an empty log, or to the one that an earlier run of the same export began to fill. Rejects with a
 * StartFailure where the log has other records; what ends it later is in the result.
 */
export async function restoreInto(options: RestoreIntoOptions): Promise<RestoreResult> {
  const { log, identity, input, display } = options;
  const began = performance.now();
  const { logId, logGeneration } = identity;
  const subject = { logId, logGeneration, account: '', source: '--restore' };
  const cursor = makeCursorKeeper({ input, subject, restart: false, display });
  if (cursor.resumed === null) await refuseUsed(log);
  // From the first record on the log is not empty, and only the cursor tells that it may be filled further.
  if (cursor.resumed === null) cursor.keep({ position: BEGINNING, counts: NO_LINES });
  cursor.end();
  const before = cursor.resumed?.counts.imported ?? 0;
  const reached = { line: cursor.resumed?.position.line ?? 0, records: before };
  const reader = new ExportReader(true);
  const onWindow = (last: RecordOfExport, appended: number): void => {
    reached.records += appended;
    reached.line = last.line.number;
    cursor.keep({
      position: { line: last.line.number, offset: last.line.end },
      counts: { ...NO_LINES, imported: reached.records },
    });
    showLines(display, input, reached.records);
  };
  const error = await appendAll(reader, reached.line, options, onWindow).then(() => null, reasonOf);
  cursor.end();
  const rest = input.file === null ? IS_LOST : 'Run the same command again: it resumes there.';
  return {
    ...{ file: input.name, ok: error === null, dry_run: false, records: reached.records, log_id: logId },
    error: error === null ? null : `${error} ${reached.records} records are on the log. ${rest}`,
    ...{ records_now: reached.records - before, from_log_id: reader.header?.log_id ?? 'unknown' },
    seconds: (performance.now() - began) / 1000,
  };
}

const IS_LOST = 'Standard input cannot be resumed: restore a whole export into another empty ledger.';

async function appendAll(
  reader: ExportReader,
  after: number,
  { log, identity, input, logger, signal, giveUpMs }: RestoreIntoOptions,
  onWindow: (last: RecordOfExport, appended: number) => void,
): Promise<void> {
  for await (const window of windowsOf(readExportLines(input, signal), reader)) {
    const records = window.filter(({ line }) => line.number > after);
    const last = records.at(-1);
    if (last === undefined) continue;
    await appendRecords(records, {
      ...{ log, signal, exportedPartitions: reader.header?.partitions ?? 0, partitions: identity.partitions },
      onWaiting: (reason, attempt) => logger.warn({ reason, attempt }, 'the log does not take records; retrying'),
      ...(giveUpMs !== undefined && { giveUpMs }),
    });
    onWindow(last, records.length);
    signal.throwIfAborted();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof ExportDamaged ? `The export is damaged: ${error.message}.` : whyEnded(error);
}

/** Genesis is the only record of a partition of an empty log. */
const EMPTY_END = 1;

async function refuseUsed(log: Pick<EventLog, 'endPositions'>): Promise<void> {
  const ends = await log.endPositions(TOPICS.raw);
  const records = ends.reduce((sum, end) => sum + Math.max(0, end - EMPTY_END), 0);
  if (records === 0) return;
  throw new StartFailure(
    'log-not-empty',
    `The log has ${records} raw records already, and an export is restored into an empty one only. Nothing was appended. Set DATA_DIR to a new ` +
      'folder, or DATABASE_URL to a new database (on Kafka LEDGER_TOPIC_PREFIX to a new prefix, too), set up the ledger there by ' +
      '"npm start" or "npm run setup", and restore before it receives anything.',
  );
}
