import { MAX_APPEND_BYTES } from '../port/limits';
import { packRecords } from './append';

const empty = { key: null, value: null, headers: {} };

describe('records packed for an append', () => {
  it('can be cut out again: places count from 1, and nothing has no place', () => {
    const { count, cuts, bytes } = packRecords([
      { key: Buffer.from('k'), value: Buffer.from('value'), headers: {} },
      { key: null, value: Buffer.alloc(0), headers: { a: 'b' } },
    ]);
    expect(count).toBe(2);
    expect(String(bytes)).toBe('kvalue{}{"a":"b"}');
    expect(JSON.parse(cuts)).toEqual([
      [1, 1, 2, 5, 7, 2],
      [null, 0, 9, 0, 9, 9],
    ]);
  });

  it('have headers without any NUL, which text in Postgres cannot hold', () => {
    const { bytes } = packRecords([{ ...empty, headers: { '\u0000': 'a\u0000b' } }]);
    expect(bytes.includes(0)).toBe(false);
    expect(JSON.parse(String(bytes))).toEqual({ '\u0000': 'a\u0000b' });
  });

  it('may be as large as the log takes together, and not a byte more', () => {
    const half = { ...empty, value: Buffer.alloc(MAX_APPEND_BYTES / 2 - 2) };
    expect(packRecords([half, half]).bytes).toHaveLength(MAX_APPEND_BYTES);
    const more = { ...half, key: Buffer.from('x') };
    expect(() => packRecords([half, more])).toThrow(expect.objectContaining({ code: 'record-too-large' }));
  });
});
