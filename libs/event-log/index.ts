export {
  AppendUnanswered,
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
  TooManyWaiting,
} from './port/errors';
export type { LogErrorCode } from './port/errors';
export { genesisOf, genesisRecord, isGenesis, LOG_FORMAT, readGenesis } from './port/genesis';
export type { Genesis } from './port/genesis';
export type { KnownEnds, LogGuard, LogProblem } from './guard/log-guard';
export { isSameLog, logInWords } from './port/log-id';
export { makeKafkaLog } from './kafka/kafka-log';
export type { KafkaConnection } from './kafka/client';
export type { KafkaLogOptions } from './kafka/kafka-log';
export { setupKafkaLog } from './kafka/setup/setup';
export type { SetupKafkaOptions } from './kafka/setup/setup';
export type { Logger } from './port/logger';
export { MAX_APPEND_BYTES } from './port/limits';
export { partitionOf } from './port/partitioner';
export type {
  Appended,
  AppendOptions,
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
} from './port/port';
export { recordDigest } from './port/record-digest';
export { makePostgresLog } from './postgres/postgres-log';
export type { PostgresLogOptions } from './postgres/postgres-log';
export type { KnownLog } from './setup/plan-setup';
export { setupPostgresLog } from './postgres/setup';
export type { SetupOptions } from './postgres/setup';
export { FIRST_GENERATIONS, topicName } from './port/topic-names';
export type { TopicNaming } from './port/topic-names';
export { databaseNeeds } from './settings/database-needs';
export type { DatabaseNeeds } from './settings/database-needs';
export { checkLog } from './settings/log-check';
export { describePlaces } from './settings/log-settings';
export type { EventLogLayout } from './settings/log-settings';
export { makeEventLog } from './settings/make-event-log';
export type { EventLogOptions } from './settings/make-event-log';
export { readRetention } from './settings/read-retention';
export type { ReadRetentionOptions } from './settings/read-retention';
export { setUpEventLog } from './settings/set-up-event-log';
export type { SetUpEventLogOptions } from './settings/set-up-event-log';
