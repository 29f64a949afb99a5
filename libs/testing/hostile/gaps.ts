import type { KnownEnds } from '@mps-ledger/event-log';

import { mix, textHash } from './dice';

/**
 * Offsets with gaps, made of offsets without. A function of topic, partition and offset alone, so that all processes, and
 * all runs over the same data, agree. The first offset stays 0; the end is always the last record's offset + 1.
 */
export interface Gaps {
  /** The offset that stands for a record's real one. */
  readonly offset: (real: number) => number;
  /** The position that stands for a real one: right after the record before it. */
  readonly position: (real: number) => number;
  /** The real position for any that stands for one, or lies in a gap. */
  readonly realPosition: (position: number) => number;
}

const STRIDE = 3;

/** Gaps of one partition: none to four offsets are left out between two records. */
export function makeGaps(topic: string, partition: number): Gaps {
  const salt = mix(textHash(topic) ^ partition);
  const offset = (real: number): number => (real === 0 ? 0 : real * STRIDE + ((mix(salt ^ real) >>> 0) % STRIDE));
  return {
    offset,
    position: (real) => (real === 0 ? 0 : offset(real - 1) + 1),
    realPosition(position) {
      const near = Math.floor(position / STRIDE);
      return offset(near) >= position ? near : near + 1;
    },
  };
}

/** No gaps at all. */
export const NO_GAPS: Gaps = {
  offset: (real) => real,
  position: (real) => real,
  realPosition: (position) => position,
};

/** Real positions for those that stand for them. */
export function realEnds(ends: KnownEnds): KnownEnds {
  const real = ([topic, positions]: readonly [string, readonly number[]]) =>
    [topic, positions.map((end, partition) => makeGaps(topic, partition).realPosition(end))] as const;
  return new Map([...ends].map(real));
}
