import { createHash } from 'node:crypto';
import type { LogIdentity, LogRecord, NewRecord } from '@mps-ledger/event-log';

/**
 * An export of the raw log: JSON lines. A header, one line for each raw record, partition by partition in the order of the log, and a
 * trailer with their number and a digest of all lines before it, each with its line feed.
 */
export const EXPORT_VERSION = 1;

export interface ExportHeader {
  readonly mps_ledger_export: typeof EXPORT_VERSION;
  readonly log_id: string;
  readonly log_generation: number;
  readonly partitions: number;
  /** RFC 3339. */
  readonly exported: string;
}

export interface ExportTrailer {
  readonly mps_ledger_export_end: typeof EXPORT_VERSION;
  readonly records: number;
  /** Hex. */
  readonly sha256: string;
}

/** A raw record as a line; bytes that are not UTF-8, or that would be much longer as text, are in base64. */
interface ExportLine {
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key?: string | null;
  readonly key_base64?: string;
  readonly value?: string | null;
  readonly value_base64?: string;
}

/** A raw record of an export, with its place in the log that it comes from. */
export interface ExportedRecord extends NewRecord {
  readonly partition: number;
  readonly offset: number;
}

/** Bytes of one line at most; the longest record is written in fewer. */
export const MAX_EXPORT_LINE_BYTES = 64 * 1024 * 1024;

export function exportHeader({ logId, logGeneration, partitions }: LogIdentity, exported: Date): ExportHeader {
  const log = { log_id: logId, log_generation: logGeneration, partitions };
  return { mps_ledger_export: EXPORT_VERSION, ...log, exported: exported.toISOString() };
}

/** A raw record as a line, without its line feed. */
export function toExportLine({ partition, offset, logged, headers, key, value }: LogRecord): string {
  const line = { partition, offset, logged, headers, ...encoded('key', key), ...encoded('value', value) };
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

/** The header that a parsed line is; null where it is none of this version. */
export function asHeader(line: unknown): ExportHeader | null {
  const isHeader = isObject(line) && line['mps_ledger_export'] === EXPORT_VERSION && isPlace(line['partitions']);
  return isHeader ? (line as unknown as ExportHeader) : null;
}

/** The trailer that a parsed line is; null where it is none. */
export function asTrailer(line: unknown): ExportTrailer | null {
  const isTrailer = isObject(line) && line['mps_ledger_export_end'] === EXPORT_VERSION;
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
