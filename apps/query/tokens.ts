/** What the process gives the app: `QueryProgram`, and its parts. */
export const PROGRAM = Symbol('PROGRAM');
export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
export const HEALTH = Symbol('HEALTH');

/** How the database is reached. */
export const DATABASE = Symbol('DATABASE');
/** The pool that all reads use. */
export const POOL = Symbol('POOL');
/** Schema of the read model: a text. */
export const SCHEMA = Symbol('SCHEMA');
/** The read model, in its schema, through the pool. */
export const READ_MODEL = Symbol('READ_MODEL');
/** Bounds how many lists are read at once: a `Lane`. */
export const LISTS = Symbol('LISTS');
/** Bounds how many long histories are folded at once: a `Lane`. */
export const FOLDS = Symbol('FOLDS');
/** What all streams of events share: `OpenFeeds`. */
export const FEEDS = Symbol('FEEDS');
/** Checks the key of a request that is being answered: an `AccessCheck`. */
export const ACCESS_CHECK = Symbol('ACCESS_CHECK');
/** Bounds how many exports are sent at once: a `Lane`. */
export const EXPORTS = Symbol('EXPORTS');
/** Requests that may wait at once: a number. */
export const WAITERS = Symbol('WAITERS');
/** Bounds of feeds, for specs: `FeedLimitsOfProcess`. */
export const FEED_LIMITS = Symbol('FEED_LIMITS');
/** Listens for commits; null where the connection cannot: a `CommitListener`. */
export const COMMIT_LISTENER = Symbol('COMMIT_LISTENER');
/** `QueryContext`: what the operations need. */
export const QUERY_CONTEXT = Symbol('QUERY_CONTEXT');
/** The health check `query`, and the gauges of the app. */
export const READINESS = Symbol('READINESS');
export const GAUGES = Symbol('GAUGES');

/** The operations, each a function of its request. */
export const GET_TASK = Symbol('GET_TASK');
export const GET_TASK_HISTORY = Symbol('GET_TASK_HISTORY');
export const GET_TASK_DIFF = Symbol('GET_TASK_DIFF');
export const GET_TASK_LIVE = Symbol('GET_TASK_LIVE');
export const GET_TASK_WHY = Symbol('GET_TASK_WHY');
export const LIST_TASKS = Symbol('LIST_TASKS');
export const COUNT_TASKS = Symbol('COUNT_TASKS');
export const EXPORT_TASKS = Symbol('EXPORT_TASKS');
export const GET_NOTIFICATION = Symbol('GET_NOTIFICATION');
export const GET_NOTIFICATION_BODY = Symbol('GET_NOTIFICATION_BODY');
export const LIST_NOTIFICATIONS = Symbol('LIST_NOTIFICATIONS');
export const GET_PIPELINE = Symbol('GET_PIPELINE');
export const LIST_ERRORS = Symbol('LIST_ERRORS');
export const LIST_USAGE = Symbol('LIST_USAGE');
export const GET_CHANGES = Symbol('GET_CHANGES');
export const GET_STREAM = Symbol('GET_STREAM');

/** The OpenAPI document. */
export const CONTRACT = Symbol('CONTRACT');

/** The built page; null where there is none: `PageFiles`. */
export const PAGE_FILES = Symbol('PAGE_FILES');
