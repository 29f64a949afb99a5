export { startEmbeddedPostgres } from './embedded-postgres';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres';
export { EmbeddedPostgresError } from './errors';
export type { EmbeddedPostgresFault } from './errors';
export { freePort } from './free-port';
export type { Logger } from './logger';
export { findRunningPostgres } from './running';
export type { FindRunningOptions, RunningPostgres } from './running';
