/** What a hostile log does to those who use it. Probabilities are of one append, or of one batch. */
export interface Hostilities {
  readonly seed: number;
  /** An append that reached the log rejects as unavailable. Default 0.1. */
  readonly lostAcknowledgement?: number;
  /** An append rejects as unavailable without having reached the log. Default 0.05. */
  readonly refusedAppend?: number;
  /** An append is in the log twice, and resolves with the second. Default 0.05. */
  readonly repeatedAppend?: number;
  /** Records are delivered again, from somewhat earlier on; progress falls back with them. Default 0.1. */
  readonly redelivery?: number;
  /** Batches are cut in pieces. Default 0.5. */
  readonly cut?: number;
  /** Offsets have gaps. Default true. */
  readonly gaps?: boolean;
  /** A partition is taken away in the middle of a batch, and given back after it. Default 0.05. */
  readonly takenAway?: number;
  /** A batch is handed over late: whoever else owns the partition may be far ahead. Default 0.1. */
  readonly late?: number;
  /** How late at most, in ms. Default 50. */
  readonly lateMs?: number;
  /** Each follower of a group in this process owns all partitions, as if none knew of the others. Default true. */
  readonly ownersAtOnce?: boolean;
}

export type HostilitySettings = Required<Hostilities>;

/** How often each hostility was committed, by name. */
export type HostilityCounts = Record<Exclude<keyof Hostilities, 'seed' | 'lateMs' | 'gaps' | 'ownersAtOnce'>, number>;

/** The hostilities with their defaults. */
export function withDefaults(hostilities: Hostilities): HostilitySettings {
  return {
    lostAcknowledgement: 0.1,
    refusedAppend: 0.05,
    repeatedAppend: 0.05,
    redelivery: 0.1,
    cut: 0.5,
    gaps: true,
    takenAway: 0.05,
    late: 0.1,
    lateMs: 50,
    ownersAtOnce: true,
    ...hostilities,
  };
}

/** Nothing committed yet. */
export function noHostilities(): HostilityCounts {
  return { lostAcknowledgement: 0, refusedAppend: 0, repeatedAppend: 0, redelivery: 0, cut: 0, takenAway: 0, late: 0 };
}
