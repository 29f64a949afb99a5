import * as fc from 'fast-check';

import { anyEvent, checkProperty } from '@mps-ledger/spec-kit';

import { decodeState, encodeState, evolve, fold, initialState, join } from './index';
import type { TaskEvent, TaskState } from './index';

const events = fc.array(anyEvent, { maxLength: 40 });

/** The same events in any order, each at least once, some several times. */
const shuffledWithRepeats = events.chain((original) =>
  fc
    .tuple(
      fc.shuffledSubarray(original, { minLength: original.length }),
      original.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...original), { maxLength: 20 }),
    )
    .chain(([order, repeats]) => {
      const all = [...order, ...repeats];
      return fc.tuple(fc.constant(original), fc.shuffledSubarray(all, { minLength: all.length }));
    }),
);

function oneByOne(state: TaskState, all: readonly TaskEvent[]): TaskState {
  return all.reduce(evolve, state);
}

/** Folds in batches cut at random, with the state saved and restored between them. */
function inBatches(all: readonly TaskEvent[], cuts: readonly number[]): TaskState {
  let state = initialState;
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (all.length + 1)), all.length].sort((a, b) => a - b)) {
    state = decodeState(encodeState(fold(state, all.slice(from, to))));
    from = to;
  }
  return state;
}

describe('the fold is a join', () => {
  it('gives the same state for any order and any repeats', () => {
    checkProperty(
      fc.property(shuffledWithRepeats, ([original, shuffled]) => {
        expect(encodeState(oneByOne(initialState, shuffled))).toBe(encodeState(oneByOne(initialState, original)));
      }),
    );
  });

  it('gives the same state for any cut into batches with the state saved between them', () => {
    checkProperty(
      fc.property(events, fc.array(fc.nat(), { maxLength: 6 }), (all, cuts) => {
        expect(encodeState(inBatches(all, cuts))).toBe(encodeState(oneByOne(initialState, all)));
      }),
    );
  });

  it('folds a union to the join of the folds', () => {
    checkProperty(
      fc.property(events, events, (a, b) => {
        const joined = join(fold(initialState, a), fold(initialState, b));
        expect(encodeState(joined)).toBe(encodeState(fold(initialState, [...b, ...a])));
      }),
    );
  });

  it('is associative, commutative and idempotent on states', () => {
    checkProperty(
      fc.property(events, events, events, (x, y, z) => {
        const [a, b, c] = [x, y, z].map((all) => fold(initialState, all)) as [TaskState, TaskState, TaskState];
        expect(encodeState(join(join(a, b), c))).toBe(encodeState(join(a, join(b, c))));
        expect(encodeState(join(a, b))).toBe(encodeState(join(b, a)));
        expect(encodeState(join(a, a))).toBe(encodeState(a));
      }),
    );
  });

  it('reads back exactly the state it wrote', () => {
    checkProperty(
      fc.property(events, (all) => {
        const text = encodeState(fold(initialState, all));
        expect(encodeState(decodeState(text))).toBe(text);
      }),
    );
  });
});
