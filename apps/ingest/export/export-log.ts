import { isGenesis, type EventLog, type LogIdentity, type LogRecord } from '@mps-ledger/event-log';
import { exportHeader, makeExportDigest, selectedHeader, toExportLine, type ExportTrailer } from '@mps-ledger/exports';
import { formatItemPosition, TOPICS } from '@mps-ledger/records';
import type { Selected } from './arguments';
import { chooseRecords } from './choose-records';

export interface ExportLogOptions {
  readonly log: Pick<EventLog, 'endPositions' | 'read'>;
  readonly identity: LogIdentity;
  /** Null: the whole raw log. */
  readonly selected: Selected | null;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Called after each batch with the records written, the offsets passed, and the offsets in total. */
  readonly onProgress: (records: number, done: number, total: number) => void;
}

/**
 * Records of the log as an export, in pieces of whole lines: what is on it at the beginning. Genesis records are left out. Leaves no
 * trace on the log; memory holds one batch. Rejects with a LogError or a UsageError, or with the reason of the signal: then there is no
 * trailer.
 */
export async function* exportLog(options: ExportLogOptions): AsyncGenerator<string> {
  const { log, identity, selected, now, signal, onProgress } = options;
  const topic = selected?.of === 'events' ? TOPICS.events : TOPICS.raw;
  const { from, isChosen } = await chooseRecords(log, identity, selected);
  const digest = makeExportDigest();
  const written = (lines: readonly string[]): string => {
    for (const line of lines) digest.add(line);
    return lines.map((line) => `${line}\n`).join('');
  };
  const header = selected === null ? exportHeader(identity, now) : selectedHeader(identity, now, selected);
  yield written([JSON.stringify(header)]);
  const ends = await log.endPositions(topic);
  const stretches = ends.flatMap((to, partition) => {
    const first = from[partition] ?? null;
    return first === null || first >= to ? [] : [{ topic, partition, from: first, to }];
  });
  const total = stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  let records = 0;
  let before = 0;
  for (const stretch of stretches) {
    for await (const batch of log.read(stretch)) {
      signal.throwIfAborted();
      const lines = batch
        .filter((record) => !isGenesis(record) && isChosen(record))
        .map((record) => toExportLine(record, positionOf(identity, record)));
      if (lines.length > 0) yield written(lines);
      records += lines.length;
      onProgress(records, before + (batch.at(-1)?.offset ?? stretch.from) + 1 - stretch.from, total);
    }
    before += stretch.to - stretch.from;
  }
  const trailer: ExportTrailer = { mps_ledger_export_end: header.mps_ledger_export, records, sha256: digest.hex() };
  yield `${JSON.stringify(trailer)}\n`;
}

/** Of an event; raw records are named by partition and offset. */
function positionOf({ logId, logGeneration, eventGeneration }: LogIdentity, record: LogRecord): string | undefined {
  const { topic, partition, offset } = record;
  if (topic !== TOPICS.events) return undefined;
  return formatItemPosition({ logId, logGeneration, eventGeneration, partition, offset });
}
