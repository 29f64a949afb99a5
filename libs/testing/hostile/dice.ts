/** Seeded random decisions: the same seed and the same calls in the same order give the same results. */
export interface Dice {
  /** True with this probability. */
  chance(probability: number): boolean;
  /** An integer from `least` to `most`, inclusive. */
  between(least: number, most: number): number;
}

/** Creates decisions for one subject, independent of those for other subjects. */
export function makeDice(seed: number, ...subject: readonly (string | number)[]): Dice {
  let state = mix(subject.reduce<number>((hash, part) => mix(hash ^ textHash(String(part))), mix(seed)));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return (mix(state) >>> 0) / 2 ** 32;
  };
  return {
    chance: (probability) => next() < probability,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
  };
}

/** A 32-bit hash of a number. */
export function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return bits ^ (bits >>> 16);
}

/** A 32-bit hash of a text. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}
