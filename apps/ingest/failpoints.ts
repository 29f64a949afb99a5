/** Where an ingest that is tested can be cut off: received and not yet logged, logged and not yet answered, derived and not yet committed. */
export const INGEST_FAILPOINTS = ['ingest.before-append', 'ingest.after-append', 'derive.after-append'] as const;
