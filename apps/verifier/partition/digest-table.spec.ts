import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { DigestTable } from './digest-table';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('a table of digests', () => {
  it('numbers them in the order they come, each once, as a Map would', () => {
    checkProperty(
      fc.property(fc.array(fc.string({ maxLength: 2 })), (texts) => {
        const table = new DigestTable();
        const numbers = new Map<string, number>();
        for (const text of texts) {
          if (!numbers.has(text)) numbers.set(text, numbers.size);
          expect(table.add(digest(text))).toBe(numbers.get(text));
        }
        expect(table.size).toBe(numbers.size);
      }),
    );
  });

  it('finds them all when it has grown, and no others', () => {
    const table = new DigestTable();
    for (let n = 0; n < 5_000; n += 1) table.add(digest(`${n}`));
    for (let n = 0; n < 5_000; n += 1) expect(table.find(digest(`${n}`))).toBe(n);
    for (let n = 5_000; n < 6_000; n += 1) expect(table.find(digest(`${n}`))).toBe(-1);
  });

  it('distinguishes digests that begin with the same bytes', () => {
    const table = new DigestTable();
    const alike = Array.from({ length: 100 }, (_, n) =>
      Buffer.concat([Buffer.alloc(15, 7), Buffer.from([n]), Buffer.alloc(16)]),
    );
    alike.forEach((one) => table.add(one));
    expect(alike.map((one) => table.find(one))).toEqual(alike.map((_, n) => n));
  });
});
