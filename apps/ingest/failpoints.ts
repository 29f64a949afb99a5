/**
 * Where an ingest under test can be stopped: received and not yet logged, logged and not yet answered, derived and not yet
 * committed; and while partitions are acquired or released.
 */
export const INGEST_FAILPOINTS = [
  'ingest.before-append',
  'ingest.after-append',
  'derive.after-append',
  'derive.rebalance',
] as const;
