import type { Genesis } from '../genesis';

/** How a partition begins: with a genesis record, with another record, without its first one, or with nothing yet. */
export type Beginning = Genesis | 'other' | 'cut' | 'empty';

/** One partition, as a look found it. */
export interface Place {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Null: nobody could be asked just now. */
  readonly found: { readonly beginning: Beginning; readonly end: number } | null;
}

/** One partition, as a key. */
export const placeKey = (topic: string, partition: number): string => `${topic}/${partition}`;
