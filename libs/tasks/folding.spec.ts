import * as fc from 'fast-check';
import { anyEvent, checkProperty } from '@mps-ledger/spec-kit';
import { encodeState, fold, initialState, makeFolding } from './index';

describe('a fold in chunks', () => {
  it('gives the state of the whole fold after each chunk, however the events are cut', () => {
    const chunks = fc.array(fc.array(anyEvent, { maxLength: 6 }), { maxLength: 12 });
    checkProperty(
      fc.property(chunks, (all) => {
        const folding = makeFolding();
        for (const [index, chunk] of all.entries()) {
          folding.add(chunk);
          const events = all.slice(0, index + 1).flat();
          expect(encodeState(folding.state())).toBe(encodeState(fold(initialState, events)));
        }
      }),
      300,
    );
  });
});
