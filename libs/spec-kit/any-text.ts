import * as fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };

/** Any code point except surrogates, from ASCII, the basic plane or all of Unicode with equal probability. */
const anyCodePoint = fc
  .oneof(
    fc.nat({ max: 0x7f }),
    fc.nat({ max: 0xffff - SURROGATES.count }),
    fc.nat({ max: 0x10_ffff - SURROGATES.count }),
  )
  .map((nth) => String.fromCodePoint(nth < SURROGATES.first ? nth : nth + SURROGATES.count));

/**
 * Any text that UTF-8 can encode, including `__proto__` and similar names. Used in place of fast-check's `unit: 'binary'`, which
 * builds a table of a million entries in each spec file.
 */
export function anyText(
  bounds: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  const wild = fc.string({ ...bounds, unit: anyCodePoint });
  return fc.oneof({ weight: 4, arbitrary: wild }, { weight: 1, arbitrary: fc.string(bounds) });
}
