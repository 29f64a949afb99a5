import * as fc from 'fast-check';

const anyCodePoint = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code));

/**
 * Any text: of any code points, halves of surrogate pairs among them, or a likely one (`__proto__` and the like). As
 * fast-check's `unit: 'binary'`, which first makes a table of a million entries in each spec file that asks for it.
 */
export function anyText(
  bounds: { readonly minLength?: number; readonly maxLength?: number } = {},
): fc.Arbitrary<string> {
  const wild = fc.string({ ...bounds, unit: anyCodePoint });
  return fc.oneof({ weight: 4, arbitrary: wild }, { weight: 1, arbitrary: fc.string(bounds) });
}
