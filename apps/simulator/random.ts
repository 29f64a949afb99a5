import { createHash } from 'node:crypto';

/** Pseudo-random numbers from a seed: the same on every machine and with every version of Node. */
export interface Random {
  /** A number from 0, below 1. */
  readonly fraction: () => number;
  /** An integer from 0, below `bound`. */
  readonly below: (bound: number) => number;
  /** An integer, both bounds included. */
  readonly between: (least: number, most: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** One of a list that has at least one member. */
  readonly pick: <Value>(values: readonly Value[]) => Value;
  /** The same members in another order. */
  readonly shuffled: <Value>(values: readonly Value[]) => Value[];
  /** That many lower-case hex digits. */
  readonly hex: (digits: number) => string;
}

/**
 * Creates a generator for one purpose, named by parts (`makeRandom(seed, 'task', 17)`). Generators with different parts are
 * independent. sfc32 by Chris Doty-Humphrey (PractRand 0.94); the state is the first 96 bits of the SHA-256 of the parts.
 */
export function makeRandom(...parts: readonly (string | number)[]): Random {
  const next = sfc32(createHash('sha256').update(JSON.stringify(parts)).digest());
  const fraction = (): number => next() / 2 ** 32;
  const below = (bound: number): number => Math.floor(fraction() * bound);
  return {
    fraction,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => fraction() < probability,
    pick: (values) => at(values, below(values.length)),
    shuffled: (values) => shuffled(values, below),
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
  };
}

function sfc32(state: Buffer): () => number {
  let [a, b, c, counter] = [state.readInt32LE(0), state.readInt32LE(4), state.readInt32LE(8), 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

function shuffled<Value>(values: readonly Value[], below: (bound: number) => number): Value[] {
  const left = [...values];
  const taken: Value[] = [];
  while (left.length > 0) taken.push(...left.splice(below(left.length), 1));
  return taken;
}

/** The element at an index; throws if there is none. */
function at<Value>(values: readonly Value[], index: number): Value {
  if (index >= values.length) throw new RangeError('there is nothing to pick from');
  return values[index] as Value;
}
