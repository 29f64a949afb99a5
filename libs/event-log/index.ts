export {
  InvalidRecord,
  LogDiffers,
  LogError,
  LogNotReady,
  LogOfOtherFormat,
  LogReplaced,
  LogUnavailable,
  LogUnsafe,
  OutOfRange,
  OwnershipLost,
  RecordTooLarge,
} from './errors';
export type { LogErrorCode } from './errors';
export { genesisOf, genesisRecord, isGenesis, LOG_FORMAT, readGenesis } from './genesis';
export type { Genesis } from './genesis';
export type { KnownEnds, LogGuard, LogProblem } from './guard/log-guard';
export { isSameLog, logInWords } from './log-id';
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
  DerivedTopic,
  EventLog,
  Follower,
  FollowOptions,
  Generations,
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
export { FIRST_GENERATIONS, topicName } from './topic-names';
export type { TopicNaming } from './topic-names';
