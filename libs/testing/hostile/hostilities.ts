/** The faults of a hostile log. Probabilities are per append, or per batch. */
export interface Hostilities {
  readonly seed: number;
  /** An append that reached the log rejects as unavailable. Default 0.1. */
  readonly lostAcknowledgement?: number;
  /** An append rejects as unavailable without having reached the log. Default 0.05. */
  readonly refusedAppend?: number;
  /** An append is written twice, and resolves with the offset of the second. Default 0.05. */
  readonly repeatedAppend?: number;
  /** Records are delivered again from an earlier offset; progress falls back too. Default 0.1. */
  readonly redelivery?: number;
  /** Batches are cut in pieces. Default 0.5. */
  readonly cut?: number;
  /** Offsets have gaps. Default true. */
  readonly gaps?: boolean;
  /** A partition is revoked during a batch, and assigned again after it. Default 0.05. */
  readonly takenAway?: number;
  /** A batch is delivered late, when another owner of the partition may be far ahead. Default 0.1. */
  readonly late?: number;
  /** The maximum delay, in ms. Default 50. */
  readonly lateMs?: number;
  /** Each follower of a group in this process owns all partitions, as if it did not see the others. Default true. */
  readonly ownersAtOnce?: boolean;
}

export type HostilitySettings = Required<Hostilities>;

/** How often each fault was injected, by name. */
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

/** Counts before any fault. */
export function noHostilities(): HostilityCounts {
  return { lostAcknowledgement: 0, refusedAppend: 0, repeatedAppend: 0, redelivery: 0, cut: 0, takenAway: 0, late: 0 };
}
