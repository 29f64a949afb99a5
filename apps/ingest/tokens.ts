/** What the process gives the app: `IngestProgram`, and its parts. */
export const PROGRAM = Symbol('PROGRAM');
export const CONFIG = Symbol('CONFIG');
export const EVENT_LOG = Symbol('EVENT_LOG');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
export const HEALTH = Symbol('HEALTH');

/** Aborted when the app begins to close: an `AbortController`. */
export const CLOSING = Symbol('CLOSING');
/** The configured sources: a list of `ConfiguredSource`. */
export const NOTIFICATION_SOURCES = Symbol('NOTIFICATION_SOURCES');
/** Reads the bodies of callbacks: a `BodyReader`. */
export const BODY_READER = Symbol('BODY_READER');
/** Appends to the raw topic and to the topic of rejected records: `TopicAppends`. */
export const RAW_APPENDS = Symbol('RAW_APPENDS');
export const REJECTED_APPENDS = Symbol('REJECTED_APPENDS');
/** Takes deliveries: a `Receive`. */
export const RECEIVE = Symbol('RECEIVE');
/** Starts receiving from a queue: a `StartQueue`. */
export const START_QUEUE = Symbol('START_QUEUE');
export const INGEST_METRICS = Symbol('INGEST_METRICS');
/** Starts deriving from a log: a `StartDeriving`. */
export const START_DERIVING = Symbol('START_DERIVING');
/** Functions that remove the health checks of the app, and its gauges. */
export const HEALTH_CHECKS = Symbol('HEALTH_CHECKS');
export const GAUGES = Symbol('GAUGES');
