import { createHmac } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import { LONGEST_CURSOR, makeCursorSealer } from './cursor';

const content = fc.record({
  list: fc.string(),
  filter: fc.dictionary(fc.string(), anyText()),
  after: fc.array(anyText()),
});
const KEY = Buffer.alloc(32, 7);
const sealer = makeCursorSealer(KEY);

/** What somebody could make who has the key: any bytes, under a MAC that is right. */
function sealed(body: Buffer): string {
  const mac = createHmac('sha256', KEY).update(body).digest().subarray(0, 16);
  return Buffer.concat([mac, body]).toString('base64url');
}

describe('a cursor', () => {
  it('holds what was sealed, for every process with the same key', () => {
    checkProperty(
      fc.property(content, (given) => {
        expect(makeCursorSealer(Buffer.from(KEY)).open(sealer.seal(given))).toEqual(given);
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

  it('of another key is refused', () => {
    const other = makeCursorSealer(Buffer.alloc(32, 8));
    expect(sealer.open(other.seal({ list: 'tasks', filter: {}, after: [] }))).toBeNull();
  });

  it('is none, whatever text is given', () => {
    checkProperty(
      fc.property(anyText(), (text) => {
        expect(sealer.open(text)).toBeNull();
      }),
    );
  });

  it('is none under a right MAC either, unless it holds what a cursor does', () => {
    const bodies = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.oneof(fc.json(), fc.string()).map((text) => deflateRawSync(text)),
      fc.tuple(fc.jsonValue(), fc.jsonValue(), fc.jsonValue()).map((parts) => deflateRawSync(JSON.stringify(parts))),
    );
    checkProperty(
      fc.property(bodies, (body) => {
        const opened = sealer.open(sealed(body));
        if (opened === null) return;
        expect(typeof opened.list).toBe('string');
        for (const text of [...Object.values(opened.filter), ...opened.after]) expect(typeof text).toBe('string');
      }),
    );
  });

  it.each([
    ['too few', '["tasks",{}]'],
    ['too many', '["tasks",{},[],1]'],
    ['a list that is no text', '[1,{},[]]'],
    ['a filter that is no object', '["tasks","x",[]]'],
    ['a filter of numbers', '["tasks",{"kind":1},[]]'],
    ['a place that is no list', '["tasks",{},{"0":"a"}]'],
    ['a place of numbers', '["tasks",{},[1]]'],
    ['null', 'null'],
    ['half a text', '["tasks",{},["a"'],
    ['depth', '['.repeat(100_000)],
  ])('is none with %s', (_, text) => {
    expect(sealer.open(sealed(deflateRawSync(text)))).toBeNull();
  });

  it('is not unpacked beyond what any cursor holds', () => {
    const bomb = sealed(deflateRawSync(JSON.stringify(['tasks', {}, ['x'.repeat(5_000_000)]])));
    expect(bomb.length).toBeLessThan(LONGEST_CURSOR);
    expect(sealer.open(bomb)).toBeNull();
  });
});

it('never begins with a sign that a spreadsheet takes for a formula', () => {
  const sealer = makeCursorSealer(Buffer.alloc(32, 7));
  for (let n = 0; n < 2_000; n += 1) {
    const content = { list: 'tasks', filter: {}, after: [String(n)] };
    const text = sealer.seal(content);
    expect(text).not.toMatch(/^-/);
    expect([sealer.open(text), sealer.seal(content)]).toEqual([content, text]);
  }
});
