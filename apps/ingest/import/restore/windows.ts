import type { ExportReader, RecordOfExport, InputLine } from '@mps-ledger/exports';

/** Records of one window, and their bytes at most; a larger record is alone. */
const WINDOW_RECORDS = 500;
const WINDOW_BYTES = 1024 * 1024;

/** The records of an export in windows of consecutive ones. Rejects with `ExportDamaged`; a window that was yielded is valid. */
export async function* windowsOf(
  lines: AsyncIterable<InputLine>,
  reader: ExportReader,
): AsyncGenerator<readonly RecordOfExport[]> {
  let window: RecordOfExport[] = [];
  let bytes = 0;
  for await (const line of lines) {
    const record = reader.read(line);
    if (record === null) continue;
    const size = line.bytes?.length ?? 0;
    if (window.length === WINDOW_RECORDS || (window.length > 0 && bytes + size > WINDOW_BYTES)) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(record);
    bytes += size;
  }
  if (window.length > 0) yield window;
  reader.end();
}
