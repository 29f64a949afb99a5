export { backoff, NO_JITTER, pause, type BackoffOptions } from './backoff';
export { batchInTurn } from './batch-in-turn';
export { coalesce } from './coalesce';
export { makeLogRateLimiter, type LogRateLimiter } from './log-rate-limiter';
export { Mutex } from './mutex';
export { onceSuccessful } from './once-successful';
export { unlessAborted } from './unless-aborted';
export { withTimeout } from './with-timeout';
