import fc from 'fast-check';
import { jsonTokens } from './json-tokens';

describe('the parts of a text of JSON', () => {
  it('are the text together, whatever it is', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => json.slice(0, -2)),
    );
    fc.assert(
      fc.property(texts, (text) =>
        expect(
          jsonTokens(text)
            .map((one) => one.text)
            .join(''),
        ).toBe(text),
      ),
    );
  });

  it('are names, texts and other values', () => {
    const found = jsonTokens('{"a": "b: \\"c\\"", "d" : [-1.5e3, true]}').filter(({ kind }) => kind !== 'other');
    expect(found).toEqual([
      { kind: 'name', text: '"a"' },
      { kind: 'text', text: '"b: \\"c\\""' },
      { kind: 'name', text: '"d"' },
      { kind: 'value', text: '-1.5e3' },
      { kind: 'value', text: 'true' },
    ]);
  });
});
