export {
  InvalidRecord,
  LogDiffers,
  LogError,
  LogNotReady,
  LogReplaced,
  LogTooNew,
  LogUnavailable,
  OutOfRange,
  OwnershipLost,
  RecordTooLarge,
} from './errors';
export type { LogErrorCode } from './errors';
export { genesisRecord, isGenesis, readGenesis } from './genesis';
export type { Genesis } from './genesis';
export type { Logger } from './logger';
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
} from './port';
