import { isGenesis, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { EXPORT_VERSION, exportHeader, makeExportDigest, toExportLine, type ExportTrailer } from './export-format';

export interface ExportLogOptions {
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly identity: LogIdentity;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Called after each batch with the records written, the offsets passed, and the offsets in total. */
  readonly onProgress: (records: number, done: number, total: number) => void;
}

/**
 * The raw log as an export, in pieces of whole lines: what is on it at the beginning. Genesis records are left out. Leaves no
 * trace on the log; memory holds one batch. Rejects with a LogError, or with the reason of the signal: then there is no trailer.
 */
export async function* exportLog(options: ExportLogOptions): AsyncGenerator<string> {
  const { log, identity, now, signal, onProgress } = options;
  const digest = makeExportDigest();
  const written = (lines: readonly string[]): string => {
    for (const line of lines) digest.add(line);
    return lines.map((line) => `${line}\n`).join('');
  };
  yield written([JSON.stringify(exportHeader(identity, now))]);
  const ends = await log.endPositions(TOPICS.raw);
  const total = ends.reduce((sum, end) => sum + end, 0);
  let records = 0;
  let before = 0;
  for (const [partition, end] of ends.entries()) {
    for await (const batch of log.read({ topic: TOPICS.raw, partition, from: 0, to: end })) {
      signal.throwIfAborted();
      const lines = batch.filter((record) => !isGenesis(record)).map(toExportLine);
      if (lines.length > 0) yield written(lines);
      records += lines.length;
      onProgress(records, before + (batch.at(-1)?.offset ?? 0) + 1, total);
    }
    before += end;
  }
  const trailer: ExportTrailer = { mps_ledger_export_end: EXPORT_VERSION, records, sha256: digest.hex() };
  yield `${JSON.stringify(trailer)}\n`;
}
