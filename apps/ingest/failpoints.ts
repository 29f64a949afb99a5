/**
 * Where an ingest that is tested can be cut off: received and not yet logged, logged and not yet answered, derived and not yet
 * committed; and while partitions to derive from are taken over or given up.
 */
export const INGEST_FAILPOINTS = [
  'ingest.before-append',
  'ingest.after-append',
  'derive.after-append',
  'derive.rebalance',
] as const;
