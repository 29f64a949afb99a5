import { isInstant, partitionKey, sanitise } from './index';

describe('sanitised text', () => {
  it.each([
    ['plain', 'plain'],
    ['漢字 \u{1f600}', '漢字 \u{1f600}'],
    ['\u202eright to left', '\u202eright to left'],
    ['a\u0000b', 'a\ufffdb'],
    ['a\r\n\tb', 'a\ufffd\ufffd\ufffdb'],
    ['\u007f\u0085', '\ufffd\ufffd'],
    ['\ud800x', '\ufffdx'],
    ['x\udc00', 'x\ufffd'],
    ['\udc00\ud800', '\ufffd\ufffd'],
    ['\ufffe\ufdd0\u{1ffff}', '\ufffd\ufffd\ufffd'],
  ])('of %j is %j', (text, expected) => {
    expect(sanitise(text)).toBe(expected);
  });
});

describe('an instant', () => {
  it.each(['2026-11-22T09:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('is %s', (text) => {
    expect(isInstant(text)).toBe(true);
  });

  it.each([
    '',
    '2026-11-22T09:00:00Z',
    '2026-11-22T09:00:00.000+00:00',
    '2026-11-22 09:00:00.000Z',
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '+002026-11-22T09:00:00.000Z',
  ])('is not %j', (text) => {
    expect(isInstant(text)).toBe(false);
  });
});

describe('a partition key', () => {
  it('is the TaskId in account default, and has the account before it elsewhere', () => {
    expect(partitionKey('default', 'a/b')).toBe('a/b');
    expect(partitionKey('acme', 'a/b')).toBe('acme/a/b');
  });
});
