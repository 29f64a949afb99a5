export {
  InvalidRecord,
  LogDiffers,
  LogError,
  LogNotReady,
  LogReplaced,
  LogTooNew,
  LogUnavailable,
  LogUnsafe,
  OutOfRange,
  OwnershipLost,
  RecordTooLarge,
} from './errors';
export type { LogErrorCode } from './errors';
export { genesisRecord, isGenesis, readGenesis } from './genesis';
export type { Genesis } from './genesis';
export type { KnownEnds, LogGuard, LogProblem } from './guard/log-guard';
export { makeKafkaLog } from './kafka/kafka-log';
export type { KafkaConnection } from './kafka/client';
export type { KafkaLogOptions } from './kafka/kafka-log';
export { setupKafkaLog } from './kafka/setup';
export type { SetupKafkaOptions } from './kafka/setup';
export type { Logger } from './logger';
export { MAX_APPEND_BYTES } from './limits';
export { partitionOf } from './partitioner';
export type {
  Appended,
  Batch,
  EventLog,
  Follower,
  FollowOptions,
  LogIdentity,
  LogLayout,
  LogRecord,
  NewRecord,
  ReadOptions,
} from './port';
export { recordDigest } from './record-digest';
export { makePostgresLog } from './postgres/postgres-log';
export type { PostgresLogOptions } from './postgres/postgres-log';
export type { KnownLog } from './setup/plan-setup';
export { setupPostgresLog } from './postgres/setup';
export type { SetupOptions } from './postgres/setup';
