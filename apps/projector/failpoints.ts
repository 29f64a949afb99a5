/**
 * Failpoints of the projector: rows written and not committed; rows committed and the group's progress not; while partitions are
 * taken over or given up.
 */
export const PROJECTOR_FAILPOINTS = [
  'projector.in-batch',
  'projector.after-transaction',
  'projector.rebalance',
] as const;
