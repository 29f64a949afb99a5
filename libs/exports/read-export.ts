import type { InputLine } from './json-lines/lines';
import {
  asHeader,
  asTrailer,
  fromExportLine,
  makeExportDigest,
  WHOLE_EXPORT,
  type ExportedRecord,
  type ExportHeader,
} from './export-format';

/** A file is no export, or not a whole and unchanged one. */
export class ExportDamaged extends Error {
  readonly code = 'export-damaged';
}

/** A record of an export, with its line. */
export interface RecordOfExport extends ExportedRecord {
  readonly line: Pick<InputLine, 'number' | 'end'>;
}

/** What the lines of an export say so far. */
export class ExportReader {
  header: ExportHeader | null = null;
  records = 0;
  private isOver = false;
  private readonly digest = makeExportDigest();

  /** @param isWhole refuses a selection */
  constructor(private readonly isWhole: boolean) {}

  /** The record of the next line; null for a line without one. @throws ExportDamaged */
  read(line: InputLine): RecordOfExport | null {
    const text = line.bytes?.toString('utf8') ?? '';
    const isBlank = line.bytes !== null && text.trim() === '';
    if (this.header === null) return this.readHeader(line, text, isBlank);
    if (this.isOver && !isBlank) throw new ExportDamaged(`line ${line.number} follows the end of the export`);
    if (isBlank) return null;
    const parsed = parse(text);
    const trailer = asTrailer(parsed, this.header.mps_ledger_export);
    if (trailer !== null) return this.readTrailer(line, trailer);
    const record = fromExportLine(parsed);
    if (record === null) throw new ExportDamaged(`line ${line.number} is no record of the log`);
    if (record.partition >= this.header.partitions)
      throw new ExportDamaged(`line ${line.number} is of partition ${record.partition} of ${this.header.partitions}`);
    this.digest.add(text);
    this.records += 1;
    return { ...record, line: { number: line.number, end: line.end } };
  }

  /** @throws ExportDamaged where the trailer has not come. */
  end(): ExportHeader {
    if (this.header === null) throw new ExportDamaged('it has no header, so it is no export');
    if (this.isOver) return this.header;
    throw new ExportDamaged(`its end is missing after ${this.records} records: the export was cut off`);
  }

  private readHeader(line: InputLine, text: string, isBlank: boolean): null {
    // What npm prints before the output of a script that is piped into a file.
    if (isBlank || text.startsWith('> ')) return null;
    const header = asHeader(parse(text));
    if (header === null)
      throw new ExportDamaged(`line ${line.number} is not the header of an export that this build reads`);
    if (this.isWhole && header.mps_ledger_export !== WHOLE_EXPORT)
      throw new ExportDamaged(
        `it holds a selection (${JSON.stringify(header.selection)}), not the whole raw log: export that with "npm run export -- --out FILE"`,
      );
    this.header = header;
    this.digest.add(text);
    return null;
  }

  private readTrailer(line: InputLine, { records, sha256 }: { records: unknown; sha256: unknown }): null {
    if (records !== this.records)
      throw new ExportDamaged(
        `it has ${this.records} records, and its end (line ${line.number}) says ${String(records)}`,
      );
    if (sha256 !== this.digest.hex()) throw new ExportDamaged('its lines are not those that were exported (digest)');
    this.isOver = true;
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
