import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJournal } from './journal';
import { readObjects } from './ndjson';
import { refuseWrongFiles } from './refuse-wrong-files';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mps-ledger-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Buffer): string {
  writeFileSync(join(folder, 'given'), content);
  return join(folder, 'given');
}

const SENT = { seq: 1, task_id: null, sha256: 'a'.repeat(64), status: 200, receipt: 'r1.abcdefghijkl.1.0.1.ba7816' };
const LINE = JSON.stringify(SENT);
const sent = (change: object): string => JSON.stringify({ ...SENT, seq: 2, ...change });

async function complaint(given: Parameters<typeof refuseWrongFiles>[0]): Promise<string> {
  const error: unknown = await refuseWrongFiles(given).catch((reason: unknown) => reason);
  return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error);
}

describe('of a journal', () => {
  it.each<[string, string | Buffer, RegExp]>([
    ['a line cut short', `${LINE}\n\n{"seq":2,`, /^usage: .*given:3 is not JSON/],
    ['an array', `${LINE}\n[1]\n`, /given:2 is not a JSON object/],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /given:1 is not UTF-8/],
    ['a receipt that is none', `${sent({ receipt: 'r1.abc' })}\n`, /given:1 has the receipt "r1.abc", which is none/],
    ['a receipt that is no text', `${sent({ receipt: 7 })}\n`, /given:1 has no receipt/],
    [
      'a digest in capitals',
      `${sent({ sha256: 'A'.repeat(64) })}\n`,
      /given:1 has no sha256; it must be the 64 hex digits/,
    ],
    ['a seq below 1', `${sent({ seq: 0 })}\n`, /given:1 has no seq; it must be a whole number from 1/],
    ['a seq for two sends', `${LINE}\n${LINE}\n`, /given:2 has the seq 1 again/],
    ['a status that is a text', `${sent({ status: '200' })}\n`, /given:1 has no status/],
  ])('%s is refused', async (_, content, says) => {
    expect(await complaint({ journals: [file(content)], truths: [] })).toMatch(says);
  });

  it('a file that is not there, or is a folder, is refused', async () => {
    expect(await complaint({ journals: [join(folder, 'missing')], truths: [] })).toMatch(/There is no file .*missing/);
    expect(await complaint({ journals: [folder], truths: [] })).toMatch(/is a folder/);
  });

  it('lines end with a line feed only, the last one also without, and empty ones are none', async () => {
    const text = { text: 'a\u2028b\u2029c\rd' };
    const numbers: [number, unknown][] = [];
    for await (const { number, value } of readObjects(file(`${JSON.stringify(text)}\r\n\n${JSON.stringify(text)}`)))
      numbers.push([number, value]);
    expect(numbers).toEqual([
      [1, text],
      [3, text],
    ]);
  });

  it('only what was answered with 200 counts, with its receipt', async () => {
    const lines = [LINE, sent({ status: 503, receipt: null }), sent({ seq: 3, status: null, receipt: null })];
    const read: unknown[] = [];
    for await (const { seq, receipt } of readJournal(file(lines.join('\n')))) read.push([seq, receipt]);
    expect(read).toEqual([[1, { logId: 'abcdefghijkl', logGeneration: 1, partition: 0, offset: 1, check: 'ba7816' }]]);
  });
});

describe('of a truth', () => {
  it.each<[string, object, RegExp]>([
    ['a line without a task', { account: 'default' }, /given:2 has no task_id/],
    ['an account that is no text', { task_id: 't', account: 7 }, /given:2 has an account that is no text/],
    ['a status that is no text', { task_id: 't', status: 7 }, /given:2 has a wrong status; it must be a text/],
    ['a code that is no number', { task_id: 't', error_code: 1.5 }, /given:2 has a wrong error_code/],
    ['a subtask short of something', { task_id: 't', subtasks: [{ kind: 'x' }] }, /given:2 has a wrong subtask/],
    [
      'no subtask',
      { task_id: 't', subtasks: [{ kind: 'x', status: 'failed', count: 0 }] },
      /given:2 has a wrong subtask/,
    ],
    [
      'an alternative that is none',
      { task_id: 't', alternatives: [7] },
      /given:2 has an alternative that is no object/,
    ],
    ['a wrong alternative', { task_id: 't', alternatives: [{ outcome: 7 }] }, /given:2 has a wrong outcome/],
  ])('%s is refused', async (_, line, says) => {
    const content = `{"task_id":"right"}\n${JSON.stringify(line)}\n`;
    expect(await complaint({ journals: [], truths: [file(content)] })).toMatch(says);
  });

  it('tasks are counted', async () => {
    const given = file('{"task_id":"a","more":1}\n{"task_id":"b","subtasks":[{"kind":"x","status":"failed"}]}\n');
    expect(await refuseWrongFiles({ journals: [], truths: [given, given] })).toBe(4);
  });
});
