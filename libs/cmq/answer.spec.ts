import { checkProperty } from '@mps-ledger/spec-kit';
import fc from 'fast-check';
import { exactBytes, readAnswer } from './answer';

function bodyOf(json: string): Buffer {
  const answer = Buffer.from(`{"code":0,"msgBody":${json}}`, 'utf8');
  return exactBytes(readAnswer({ status: 200, headers: {}, body: answer }).members['msgBody']);
}

/** The JSON of a text in which all but plain ASCII is written as `\\u` escapes. */
function escaped(text: string): string {
  const plain = text.replace(/[^ !#-[\]-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${plain}"`;
}

describe('the text of a message', () => {
  it.each([
    ['an escape', String.raw`"\u4e2d"`, '中'],
    ['an escape at the beginning of an inner text', String.raw`"{\"a\":\"\u4e2d\"}"`, '{"a":"中"}'],
    ['an escape of the notification itself', String.raw`"{\"a\":\"\\u4e2d\"}"`, String.raw`{"a":"\u4e2d"}`],
    ['an escape after an escaped backslash', String.raw`"\\\u4e2d"`, '\\中'],
    ['a pair of surrogates', String.raw`"\ud83d\ude00"`, '😀'],
    ['no escape', '"中 u\\\\"', '中 u\\'],
  ])('with %s has the bytes that were sent', (_, json, text) => {
    expect(bodyOf(json).toString()).toBe(text);
  });

  it('has the bytes that were sent, however it is escaped', () => {
    const unit = fc.constantFrom('\\', '"', 'u', 'n', '中', '😀', 'é', '\n', '4e2d');
    checkProperty(
      fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
        const text = units.join('');
        for (const json of [JSON.stringify(text), escaped(text)]) expect(bodyOf(json).toString()).toBe(text);
      }),
    );
  });
});
