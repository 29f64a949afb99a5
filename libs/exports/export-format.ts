import { createHash } from 'node:crypto';
import type { LogIdentity, LogRecord, NewRecord } from '@mps-ledger/event-log';

/**
 * An export of the log: JSON lines. A header, one line for each record, partition by partition in the order of the log, and a
 * trailer with their number and a digest of all lines before it, each with its line feed.
 *
 * Version 1 holds the whole raw log, and can be restored. Version 2 holds a selection of it, or of the event log.
 */
export const WHOLE_EXPORT = 1;
export const SELECTED_EXPORT = 2;
type ExportVersion = typeof WHOLE_EXPORT | typeof SELECTED_EXPORT;

interface LogOfExport {
  readonly log_id: string;
  readonly log_generation: number;
  readonly partitions: number;
  /** RFC 3339. */
  readonly exported: string;
}

export interface WholeExportHeader extends LogOfExport {
  readonly mps_ledger_export: typeof WHOLE_EXPORT;
}

export interface SelectedExportHeader extends LogOfExport {
  readonly mps_ledger_export: typeof SELECTED_EXPORT;
  readonly event_generation: number;
  readonly of: ExportedTopic;
  readonly selection: ExportSelection;
}

export type ExportHeader = WholeExportHeader | SelectedExportHeader;

export type ExportedTopic = 'events' | 'notifications';

/** Which records: of one task; logged in a stretch of time, its beginning in it and its end not; from a position on. */
export type ExportSelection =
  | { readonly task_id: string; readonly account: string }
  | { readonly since: string | null; readonly until: string | null }
  | { readonly from: string };

export interface ExportTrailer {
  readonly mps_ledger_export_end: ExportVersion;
  readonly records: number;
  /** Hex. */
  readonly sha256: string;
}

/** A record as a line; bytes that are not UTF-8, or that would be much longer as text, are in base64. */
interface ExportLine {
  /** Of an event: its position, as history has it. */
  readonly position?: string;
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key?: string | null;
  readonly key_base64?: string;
  readonly value?: string | null;
  readonly value_base64?: string;
}

/** A record of an export, with its place in the log that it comes from. */
export interface ExportedRecord extends NewRecord {
  readonly partition: number;
  readonly offset: number;
}

/** Bytes of one line at most; the longest record is written in fewer. */
export const MAX_EXPORT_LINE_BYTES = 64 * 1024 * 1024;

/** The header of an export of the whole raw log. */
export function exportHeader(identity: LogIdentity, exported: Date): WholeExportHeader {
  return { mps_ledger_export: WHOLE_EXPORT, ...logOf(identity), exported: exported.toISOString() };
}

/** The header of an export of a selection. */
export function selectedHeader(
  identity: LogIdentity,
  exported: Date,
  { of, selection }: Pick<SelectedExportHeader, 'of' | 'selection'>,
): SelectedExportHeader {
  return {
    ...{ mps_ledger_export: SELECTED_EXPORT, ...logOf(identity), event_generation: identity.eventGeneration },
    ...{ exported: exported.toISOString(), of, selection },
  };
}

function logOf({ logId, logGeneration, partitions }: LogIdentity): Omit<LogOfExport, 'exported'> {
  return { log_id: logId, log_generation: logGeneration, partitions };
}

/** A record as a line, without its line feed; of an event with its position. */
export function toExportLine(record: LogRecord, position?: string): string {
  const { partition, offset, logged, headers, key, value } = record;
  const place = { ...(position !== undefined && { position }), partition, offset, logged };
  const line = { ...place, headers, ...encoded('key', key), ...encoded('value', value) };
  return JSON.stringify(line satisfies ExportLine);
}

/** The record of a parsed line; null where the line is none. */
export function fromExportLine(line: unknown): ExportedRecord | null {
  if (!isObject(line)) return null;
  const { partition, offset, headers } = line;
  const key = decoded(line, 'key');
  const value = decoded(line, 'value');
  if (!isPlace(partition) || !isPlace(offset) || !isHeaders(headers) || key === undefined || value === undefined)
    return null;
  return { partition, offset, headers, key, value };
}

/** The header that a parsed line is; null where it is none of these versions. */
export function asHeader(line: unknown): ExportHeader | null {
  if (!isObject(line) || !isPlace(line['partitions'])) return null;
  const { mps_ledger_export: version, of, selection } = line;
  const isSelected = version === SELECTED_EXPORT && (of === 'events' || of === 'notifications') && isObject(selection);
  return version === WHOLE_EXPORT || isSelected ? (line as unknown as ExportHeader) : null;
}

/** The trailer that a parsed line is, of an export of this version; null where it is none. */
export function asTrailer(line: unknown, version: number): ExportTrailer | null {
  const isTrailer = isObject(line) && line['mps_ledger_export_end'] === version;
  return isTrailer ? (line as unknown as ExportTrailer) : null;
}

/** Digests the lines before the trailer. */
export function makeExportDigest() {
  const hash = createHash('sha256');
  return {
    add: (line: string | Buffer) => void hash.update(line).update('\n'),
    hex: () => hash.digest('hex'),
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON writes some characters as six; what has many of them is shorter in base64. */
const MAX_GROWTH = 2;

function encoded(name: 'key' | 'value', bytes: Buffer | null): Readonly<Record<string, string | null>> {
  if (bytes === null) return { [name]: null };
  const text = textOf(bytes);
  const isText = text !== null && JSON.stringify(text).length <= MAX_GROWTH * bytes.length + 2;
  return isText ? { [name]: text } : { [`${name}_base64`]: bytes.toString('base64') };
}

function textOf(bytes: Buffer): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Undefined where a line does not say it. */
function decoded(line: Readonly<Record<string, unknown>>, name: 'key' | 'value'): Buffer | null | undefined {
  const text = line[name];
  if (text === null) return null;
  if (typeof text === 'string') return Buffer.from(text);
  const packed = line[`${name}_base64`];
  return typeof packed === 'string' ? Buffer.from(packed, 'base64') : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHeaders(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}
