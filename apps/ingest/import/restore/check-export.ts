import { StartFailure } from '@mps-ledger/platform';
import { MAX_EXPORT_LINE_BYTES } from '../../export/export-format';
import { ExportDamaged, ExportReader } from '../../export/read-export';
import type { Input } from '../../json-lines/input';
import { BEGINNING, readLines, type InputLine } from '../../json-lines/lines';
import { showLines, type RunDisplay } from '../../json-lines/progress';
import type { RestoreResult } from './restore-result';

/** The lines of an export. */
export function readExportLines(input: Input, signal: AbortSignal): AsyncGenerator<InputLine> {
  return readLines(input.read(0, signal), { from: BEGINNING, maxBytes: MAX_EXPORT_LINE_BYTES });
}

/** Reads a whole export and appends nothing. @throws StartFailure where it is damaged, or no export. */
export async function checkExport(input: Input, display: RunDisplay, signal: AbortSignal): Promise<RestoreResult> {
  const began = performance.now();
  const reader = new ExportReader();
  try {
    for await (const line of readExportLines(input, signal)) {
      reader.read(line);
      showLines(display, input, reader.records);
    }
    const { log_id: from } = reader.end();
    const { records } = reader;
    return {
      ...{ file: input.name, ok: true, error: null, dry_run: true, records, records_now: 0, from_log_id: from },
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    if (error instanceof ExportDamaged)
      throw new StartFailure(error.code, `${input.name} is not restored: ${error.message}. Nothing was appended.`);
    throw error;
  } finally {
    display.end();
  }
}
