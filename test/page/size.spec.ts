import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const FOLDER = 'dist/apps/page';
const MOST_BYTES = 80 * 1024;

/** Bytes of the built page as they are sent, of each file. */
const sizes = (): readonly (readonly [string, number])[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => [name, gzipSync(readFileSync(join(FOLDER, name)), { level: 1 }).length] as const);

describe('the built page', () => {
  it('is at most 80 KiB in all, compressed', () => {
    const files = sizes();
    expect(files.map(([name]) => name)).toContain('index.html');
    const total = files.reduce((sum, [, bytes]) => sum + bytes, 0);
    expect(total).toBeGreaterThan(5_000);
    expect([files, total <= MOST_BYTES]).toEqual([files, true]);
  });
});
