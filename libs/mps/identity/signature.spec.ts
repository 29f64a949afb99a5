import { createHash } from 'node:crypto';

import { readEnvelope } from '../envelope/envelope';
import { verifySign } from './signature';
import { bytesOf } from '../testing/notification';

const timestamp = '1700000600';
const sign = '01fe6a1b5ef074b8f58d5a8e42473ce5';
const inTime = 1700000000_000;
const key = 'my-notify-key';

describe('Sign', () => {
  test('is the MD5 of Timestamp followed by the key', () => {
    expect(verifySign({ timestamp, sign }, [key], inTime)).toEqual({ verdict: 'valid', key: 0 });
    expect(createHash('md5').update('1700000600my-notify-key').digest('hex')).toBe(sign);
  });

  test('counts in either case of its hex digits', () => {
    expect(verifySign({ timestamp, sign: sign.toUpperCase() }, [key], inTime)).toEqual({ verdict: 'valid', key: 0 });
  });

  test('counts by any of several keys', () => {
    expect(verifySign({ timestamp, sign }, ['new-key', key], inTime)).toEqual({ verdict: 'valid', key: 1 });
    expect(verifySign({ timestamp, sign }, [key, 'new-key'], inTime)).toEqual({ verdict: 'valid', key: 0 });
  });

  test.each([
    ['another key', { timestamp, sign }, ['other']],
    ['no key at all', { timestamp, sign }, []],
    ['another Timestamp', { timestamp: '1700000601', sign }, [key]],
    ['a digit more', { timestamp, sign: `${sign}0` }, [key]],
    ['a digit less', { timestamp, sign: sign.slice(1) }, [key]],
    ['something that is no hex', { timestamp, sign: 'z'.repeat(32) }, [key]],
    ['one wrong digit', { timestamp, sign: `${sign.slice(0, 31)}6` }, [key]],
  ])('is wrong with %s', (_, envelope, keys) => {
    expect(verifySign(envelope, keys, inTime)).toEqual({ verdict: 'wrong' });
  });

  test.each([
    ['Sign', { timestamp, sign: null }],
    ['Timestamp', { timestamp: null, sign }],
    ['both', { timestamp: null, sign: null }],
  ])('is missing without %s', (_, envelope) => {
    expect(verifySign(envelope, [key], inTime)).toEqual({ verdict: 'missing' });
  });

  test('expires at Timestamp, give or take what clocks differ by', () => {
    const at = (seconds: number, skew?: number) => verifySign({ timestamp, sign }, [key], seconds * 1000, skew).verdict;
    expect(at(1700000660)).toBe('valid');
    expect(at(1700000660.001)).toBe('expired');
    expect(at(1700000600, 0)).toBe('valid');
    expect(at(1700000600.001, 0)).toBe('expired');
  });

  test('that is wrong stays wrong when it has expired', () => {
    expect(verifySign({ timestamp, sign }, ['other'], 1800000000_000)).toEqual({ verdict: 'wrong' });
  });
});

describe('Timestamp and Sign of an envelope', () => {
  test.each([
    ['1700000600', '1700000600'],
    ['"1700000600"', '1700000600'],
    ['1700000600.0', '1700000600'],
    ['0', null],
    ['null', null],
    ['""', null],
    ['1700000600.5', null],
    ['["1700000600"]', null],
    ['"x1700000600"', null],
    ['"1700000600x"', null],
    ['123456789012345', '123456789012345'],
    ['1234567890123456', null],
    ['-1700000600', null],
    ['1e400', null],
    ['1e30', null],
    ['"1700000600 "', null],
    ['{"a":1}', null],
  ])('Timestamp %s is read as %j', (written, expected) => {
    expect(readEnvelope(bytesOf(`{"Timestamp":${written}}`))).toMatchObject({ timestamp: expected, sign: null });
  });

  test('a Sign that is no text is none', () => {
    expect(readEnvelope(bytesOf('{"Sign":1}'))).toMatchObject({ sign: null });
    expect(readEnvelope(bytesOf(`{"Response":{"Sign":"${sign}"}}`))).toMatchObject({ sign });
  });
});
