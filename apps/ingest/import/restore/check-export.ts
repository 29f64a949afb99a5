import { StartFailure } from '@mps-ledger/platform';
import {
  ExportDamaged,
  ExportReader,
  readExportLines,
  showLines,
  type Input,
  type RunDisplay,
} from '@mps-ledger/exports';
import type { RestoreResult } from './restore-result';

/** Reads a whole export and appends nothing. @throws StartFailure where it is damaged, or no export. */
export async function checkExport(input: Input, display: RunDisplay, signal: AbortSignal): Promise<RestoreResult> {
  const began = performance.now();
  const reader = new ExportReader(true);
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
