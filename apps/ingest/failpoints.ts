/**
 * Where an ingest under test can be stopped: received and not yet logged, logged and not yet answered, received from a queue,
 * and logged and not yet, or just, deleted there; forwarded and not yet committed; derived and not yet committed; and while partitions
 * are acquired or released.
 */
export const INGEST_FAILPOINTS = [
  'ingest.before-append',
  'ingest.after-append',
  'source-queue.received',
  'source-queue.before-delete',
  'source-queue.after-delete',
  'forward.after-post',
  'derive.after-append',
  'derive.rebalance',
] as const;
