import * as fc from 'fast-check';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import { makeCursorSealer } from './cursor';

const content = fc.record({
  list: fc.string(),
  filter: fc.dictionary(fc.string(), anyText()),
  after: fc.array(anyText()),
});
const sealer = makeCursorSealer('abcdefghijkl');

describe('a cursor', () => {
  it('holds what was sealed, for every process of the same log', () => {
    checkProperty(
      fc.property(content, (given) => {
        expect(makeCursorSealer('abcdefghijkl').open(sealer.seal(given))).toEqual(given);
      }),
    );
  });

  it('is refused once anything of it is changed', () => {
    checkProperty(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, change) => {
        const bytes = Buffer.from(sealer.seal(given), 'base64url');
        const i = place % bytes.length;
        bytes[i] = (bytes[i] ?? 0) ^ change;
        expect(sealer.open(bytes.toString('base64url'))).toBeNull();
      }),
    );
  });

  it('is refused once it is cut, or something is put behind it', () => {
    const text = sealer.seal({ list: 'tasks', filter: {}, after: ['a', 'b'] });
    for (let length = 0; length < text.length; length++) expect(sealer.open(text.slice(0, length))).toBeNull();
    for (const tail of ['A', 'AA', '=', '.', ' ', '\n']) expect(sealer.open(text + tail)).toBeNull();
  });

  it('of another log is refused', () => {
    expect(sealer.open(makeCursorSealer('abcdefghijkm').seal({ list: 'tasks', filter: {}, after: [] }))).toBeNull();
  });

  it('is none, whatever text is given', () => {
    checkProperty(
      fc.property(anyText(), (text) => {
        expect(sealer.open(text)).toBeNull();
      }),
    );
  });
});
