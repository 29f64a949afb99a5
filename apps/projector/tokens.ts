/** What the app works with once the log is found: `ProjectorProgram`, and its parts. */
export const PROGRAM = Symbol('PROGRAM');
export const EVENT_LOG = Symbol('EVENT_LOG');
export const LOG_IDENTITY = Symbol('LOG_IDENTITY');
export const POOL = Symbol('POOL');
export const READ_MODEL = Symbol('READ_MODEL');
export const COORDINATION = Symbol('COORDINATION');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');

export const PROJECTOR_METRICS = Symbol('PROJECTOR_METRICS');
/** Announces commits: an `Announcer`. */
export const ANNOUNCER = Symbol('ANNOUNCER');
/** Watches the raw log for records that were not derived: a `RawWatch`. */
export const RAW_WATCH = Symbol('RAW_WATCH');
/** As of when the rows are complete: a `FreshnessTracker`. */
export const FRESHNESS = Symbol('FRESHNESS');
/** What applies the records of each followed topic: `Project` by topic. */
export const PROJECTIONS = Symbol('PROJECTIONS');
/** Applies a batch: a `Consume`. */
export const CONSUME = Symbol('CONSUME');
