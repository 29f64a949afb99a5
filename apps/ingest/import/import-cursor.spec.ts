import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cursorPath, readCursor, writeCursor, type ImportProgress, type ImportSubject } from './import-cursor';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mps-import-'));
  file = join(folder, 'bodies.ndjson');
});
afterEach(() => rmSync(folder, { recursive: true }));

const subject: ImportSubject = {
  file: { size: 100, modified: 1_796_036_806_626.275, beginning: 'b'.repeat(64) },
  ...{ logId: 'abcdefghijkl', logGeneration: 1, account: 'default', source: 'import' },
};
const progress: ImportProgress = {
  position: { line: 7, offset: 90 },
  counts: { imported: 4, empty: 1, bad: { 'not-json': 2 } },
};

describe('an import cursor', () => {
  it('is found again for the same file, log, account and source', () => {
    expect(readCursor(file, subject)).toEqual({ found: 'none' });
    writeCursor(file, subject, progress);
    expect(readCursor(file, subject)).toEqual({ found: 'progress', progress });
    expect(readdirSync(folder)).toEqual(['bodies.ndjson.mps-import.json']);
  });

  it.each<[string, ImportSubject, string]>([
    ['size', { ...subject, file: { ...subject.file, size: 101 } }, 'the file has changed since, or is another one'],
    ['time', { ...subject, file: { ...subject.file, modified: 5 } }, 'the file has changed since, or is another one'],
    ['beginning', { ...subject, file: { ...subject.file, beginning: 'c' } }, 'the file has changed since'],
    ['log', { ...subject, logId: 'other' }, 'it was imported into another log'],
    ['generation', { ...subject, logGeneration: 2 }, 'it was imported into another generation of the log'],
    ['account', { ...subject, account: 'other' }, 'it was imported into another account'],
    ['source', { ...subject, source: 'other' }, 'it was imported into another source'],
  ])('of another %s is noticed', (_, other, why) => {
    writeCursor(file, subject, progress);
    expect(readCursor(file, other)).toMatchObject({ found: 'other', why: expect.stringContaining(why) as string });
  });

  it.each([
    ['a half', (text: string) => text.slice(0, text.length / 2)],
    ['one of another line', (text: string) => text.replace('"line":7', '"line":8')],
    ['one of another version', (text: string) => text.replace('"format":1', '"format":2')],
    ['no object', () => 'null'],
    ['nothing', () => ''],
  ])('that is damaged (%s) is noticed', (_, change) => {
    writeCursor(file, subject, progress);
    writeFileSync(cursorPath(file), change(readFileSync(cursorPath(file), 'utf8')));
    expect(readCursor(file, subject)).toEqual({ found: 'other', why: 'it is damaged, or of another version' });
  });

  it('that cannot be read or written says why and leaves nothing behind', () => {
    mkdirSync(cursorPath(file));
    expect(readCursor(file, subject)).toMatchObject({
      found: 'other',
      why: expect.stringContaining('EISDIR') as string,
    });
    expect(() => writeCursor(file, subject, progress)).toThrow();
    expect(readdirSync(folder)).toEqual(['bodies.ndjson.mps-import.json']);
    expect(existsSync(file)).toBe(false);
  });
});
