import type { KnownEnds } from '@mps-ledger/event-log';

import { mix, textHash } from './dice';

/**
 * Maps contiguous offsets to offsets with gaps. It depends on topic, partition and offset only, so it is the same in all processes and
 * runs over the same data. The first offset stays 0; the end is always the last record's offset + 1.
 */
export interface Gaps {
  /** The offset with gaps for a real offset. */
  readonly offset: (real: number) => number;
  /** The position with gaps for a real position: right after the record before it. */
  readonly position: (real: number) => number;
  /** The real position for a position with gaps, also for one in a gap. */
  readonly realPosition: (position: number) => number;
}

const STRIDE = 3;

/** Creates the gaps of one partition: zero to four offsets between two records. */
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

/** No gaps. */
export const NO_GAPS: Gaps = {
  offset: (real) => real,
  position: (real) => real,
  realPosition: (position) => position,
};

/** The real positions for known ends with gaps. */
export function realEnds(ends: KnownEnds): KnownEnds {
  const real = ([topic, positions]: readonly [string, readonly number[]]) =>
    [topic, positions.map((end, partition) => makeGaps(topic, partition).realPosition(end))] as const;
  return new Map([...ends].map(real));
}
