import { MAX_EXPORT_LINE_BYTES } from './export-format';
import type { Input } from './json-lines/input';
import { BEGINNING, readLines, type InputLine } from './json-lines/lines';

/** The lines of an export. */
export function readExportLines(input: Input, signal: AbortSignal): AsyncGenerator<InputLine> {
  return readLines(input.read(0, signal), { from: BEGINNING, maxBytes: MAX_EXPORT_LINE_BYTES });
}
