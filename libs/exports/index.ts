export {
  exportHeader,
  fromExportLine,
  makeExportDigest,
  MAX_EXPORT_LINE_BYTES,
  SELECTED_EXPORT,
  selectedHeader,
  toExportLine,
  WHOLE_EXPORT,
  type ExportedRecord,
  type ExportedTopic,
  type ExportHeader,
  type ExportSelection,
  type ExportTrailer,
} from './export-format';
export { ExportDamaged, ExportReader, type RecordOfExport } from './read-export';
export { readExportLines } from './read-lines';
export { InputFailure, openInput, type FileIdentity, type Input } from './json-lines/input';
export { BEGINNING, isBlank, readLines, type InputLine, type LinePosition } from './json-lines/lines';
export { makeRunDisplay, showLines, type RunDisplay } from './json-lines/progress';
