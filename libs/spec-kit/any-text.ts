import * as fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Any code point but halves of surrogate pairs: of ASCII, of the basic plane or of all of Unicode, as often. */
const anyCodePoint = fc
  .oneof(
    fc.nat({ max: 0x7f }),
    fc.nat({ max: 0xffff - SURROGATES.count }),
    fc.nat({ max: 0x10_ffff - SURROGATES.count }),
  )
  .map((nth) => String.fromCodePoint(nth < SURROGATES.first ? nth : nth + SURROGATES.count));

/**
 * Any text that can be written as UTF-8, `__proto__` and the like among it. As fast-check's `unit: 'binary'`, which first
 * makes a table of a million entries in each spec file that asks for it.
 */
export function anyText(
  bounds: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  const wild = fc.string({ ...bounds, unit: anyCodePoint });
  return fc.oneof({ weight: 4, arbitrary: wild }, { weight: 1, arbitrary: fc.string(bounds) });
}
