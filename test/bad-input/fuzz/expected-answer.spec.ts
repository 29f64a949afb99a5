import { expectedOf } from './expected-answer';

describe('what must be answered to bytes', () => {
  it.each([
    ['{}', null],
    ['\ufeff{"a":1}', null],
    ['{"a":1,"a":2}', null],
    ['', 'not-json'],
    ['\ufeff\ufeff{}', 'not-json'],
    ['{"a":NaN}', 'not-json'],
    ['{}{}', 'not-json'],
    ['[]', 'not-an-object'],
    ['null', 'not-an-object'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'not-utf8'],
    [Buffer.from('"\ud83d\ude00').subarray(0, 3), 'not-utf8'],
  ] as const)('%j: %s', (bytes, code) => {
    const status = code === null ? 200 : 400;
    expect(expectedOf(Buffer.from(bytes as string))).toEqual({ status, code });
  });
});
