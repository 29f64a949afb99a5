import { checkedBytes } from './checked-records';
import { MAX_APPEND_BYTES } from './limits';

const empty = { key: null, value: null, headers: {} };

describe('the records of one append', () => {
  it('may be as large as the log takes together, and not a byte more', () => {
    const half = { ...empty, value: Buffer.alloc(MAX_APPEND_BYTES / 2 - 2) };
    expect(checkedBytes([half, half])).toBe(MAX_APPEND_BYTES);
    const more = { ...half, key: Buffer.from('x') };
    expect(() => checkedBytes([half, more])).toThrow(expect.objectContaining({ code: 'record-too-large' }));
  });

  it('have as many bytes as their headers have in JSON', () => {
    const headers = { a: '漢\u{1f600}', '\u0000': '\\ud800' };
    expect(checkedBytes([{ ...empty, headers }])).toBe(Buffer.byteLength(JSON.stringify(headers)));
  });

  it.each([
    ['none at all', []],
    ['a lone surrogate', [{ ...empty, headers: { a: 'x\ud83c' } }]],
    ['a lone surrogate in a name', [{ ...empty, headers: { '\udfac': 'x' } }]],
    ['a header that is no text', [{ ...empty, headers: { a: 7 as unknown as string } }]],
    ['a header that JSON cannot have', [{ ...empty, headers: { a: 7n as unknown as string } }]],
  ])('are invalid with %s', (_, records) => {
    expect(() => checkedBytes(records)).toThrow(expect.objectContaining({ code: 'invalid-record' }));
  });
});
