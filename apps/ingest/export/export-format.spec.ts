import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import * as fc from 'fast-check';
import { fromExportLine, toExportLine, ExportDamaged, ExportReader, type InputLine } from '@mps-ledger/exports';
import { exportLog } from './export-log';
import { TwoLogs } from '../testing/two-logs';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const utf8 = anyText().map((text) => Buffer.from(text));
const value = fc.option(fc.oneof(bytes, utf8));
const logged = '2026-11-22T09:00:00.500Z';

describe('a raw record in an export', () => {
  it('is what it was, whatever its bytes', () => {
    const record = fc.record({ key: value, value, headers: fc.dictionary(fc.string(), fc.string()) });
    checkProperty(
      fc.property(record, ({ key, value: content, headers }) => {
        const place = { topic: 't', partition: 3, offset: 7, logged };
        const line = toExportLine({ ...place, key, value: content, headers });
        expect(line).not.toContain('\n');
        const read = fromExportLine(JSON.parse(line));
        expect(read).toEqual({ partition: 3, offset: 7, key, value: content, headers: { ...headers } });
      }),
      500,
    );
  });

  it('is readable text where it is text, and never much longer than its bytes', () => {
    const record = { topic: 't', partition: 0, offset: 1, logged, key: Buffer.from('id'), headers: {} };
    expect(toExportLine({ ...record, value: Buffer.from('{"é":1}') })).toContain('"value":"{\\"é\\":1}"');
    const control = Buffer.alloc(1_000_000, 1);
    expect(toExportLine({ ...record, value: control }).length).toBeLessThan(1_400_000);
  });

  it.each([
    [null],
    [{ offset: 1, headers: {}, key: '', value: '' }],
    [{ partition: -1, offset: 1, headers: {}, key: '', value: '' }],
    [{ partition: 0, offset: 1, headers: { a: 1 }, key: '', value: '' }],
    [{ partition: 0, offset: 1, headers: {}, key: '' }],
  ])('is not read from %j', (line) => {
    expect(fromExportLine(line)).toBeNull();
  });
});

const identity = { logId: 'abcdefghijkl', logGeneration: 1, eventGeneration: 1, partitions: 1 };

async function exported(records: number): Promise<string[]> {
  const logs = new TwoLogs();
  for (let n = 0; n < records; n += 1) logs.receive(`n-${n}`);
  const options = {
    log: logs.log,
    identity,
    selected: null,
    now: new Date(logged),
    signal: new AbortController().signal,
  };
  let text = '';
  for await (const piece of exportLog({ ...options, onProgress: () => undefined })) text += piece;
  return text.trimEnd().split('\n');
}

function read(lines: readonly string[]): ExportReader {
  const reader = new ExportReader(true);
  for (const [index, text] of lines.entries()) {
    const line: InputLine = { number: index + 1, bytes: Buffer.from(text), length: text.length, end: 0 };
    reader.read(line);
  }
  return reader;
}

describe('an export', () => {
  it('is read again, also behind what npm prints before it', async () => {
    const lines = await exported(3);
    expect(lines).toHaveLength(5);
    for (const before of [[], ['', '> mps-ledger@0.1.0 export', '> node tools/build.mjs', '']]) {
      const reader = read([...before, ...lines]);
      expect(reader.end()).toMatchObject({ log_id: 'abcdefghijkl', partitions: 1 });
      expect(reader.records).toBe(3);
    }
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    ['that is empty', () => [], 'it has no header'],
    ['without its header', (lines) => lines.slice(1), 'line 1 is not the header'],
    ['without its end', (lines) => lines.slice(0, -1), 'its end is missing after 3 records: the export was cut off'],
    ['cut within a line', (lines) => [...lines.slice(0, 2), lines[2]!.slice(0, 20)], 'line 3 is no record of the log'],
    [
      'without a record',
      (lines) => [...lines.slice(0, 2), ...lines.slice(3)],
      'it has 2 records, and its end (line 4) says 3',
    ],
    ['of another order', ([a, b, c, ...rest]) => [a!, c!, b!, ...rest], 'its lines are not those that were exported'],
    [
      'with a changed record',
      (lines) => lines.map((line) => line.replace('"file"', '"queue"').replace('n-1', 'n-9')),
      'digest',
    ],
    ['followed by more', (lines) => [...lines, lines[1]!], 'line 6 follows the end'],
    [
      'of another version',
      (lines) => lines.map((line) => line.replace('export":1', 'export":2')),
      'line 1 is not the header',
    ],
    [
      'of a partition that it does not have',
      (lines) => lines.map((line) => line.replace('"partition":0', '"partition":4')),
      'line 2 is of partition 4 of 1',
    ],
  ])('%s is noticed', async (_, change, message) => {
    const lines = change(await exported(3));
    expect(() => read(lines).end()).toThrow(ExportDamaged);
    expect(() => read(lines).end()).toThrow(message);
  });
});
