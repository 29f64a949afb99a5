import * as fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { memberTexts } from './member-texts';

describe('the members of a JSON object as texts', () => {
  it.each([
    ['{}', []],
    [' {\n} ', []],
    ['{"a":1}', [['a', '1']]],
    [
      '{ "b" : [1, {"c":"}"}] ,\n"a":{"d":"\\""},"1":12345678901234567890 }\n',
      [
        ['b', '[1, {"c":"}"}]'],
        ['a', '{"d":"\\""}'],
        ['1', '12345678901234567890'],
      ],
    ],
    [
      '{"\\u0061":1.50,"b":"\\\\","a":2e+1}',
      [
        ['a', '2e+1'],
        ['b', '"\\\\"'],
      ],
    ],
    [
      '{"":null,"__proto__":true,":,\\"":[[],{}]}',
      [
        ['', 'null'],
        ['__proto__', 'true'],
        [':,"', '[[],{}]'],
      ],
    ],
  ])('of %j', (text, members) => {
    expect([...memberTexts(text)]).toEqual(members);
  });

  it('are what JSON.parse finds, for any object', () => {
    checkProperty(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4), (object, indent) => {
        const members = memberTexts(JSON.stringify(object, null, indent));
        expect(members.size).toBe(Object.keys(object).length);
        for (const [name, text] of members) expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(object[name])));
      }),
    );
  });

  it('need no stack for depth', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(memberTexts(`{"a":${deep},"b":1}`).get('a')).toBe(deep);
  });
});
