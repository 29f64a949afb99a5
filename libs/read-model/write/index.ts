export { announce } from './announce';
export {
  adoptLog,
  CheckpointMissing,
  lockCheckpoint,
  OtherLog,
  passOver,
  readCheckpoint,
  readKnownEnds,
  readProjectedLog,
} from './checkpoint';
export type { CheckpointState, Partition } from './checkpoint';
export { errorCodeChanges, errorCodeRows, NO_ERROR_CODES } from './error-codes';
export { derivedNotificationRow, historyRow, parkedRow, rejectedNotificationRow } from './event-rows';
export type { ParkedAbout, RecordOfLog } from './event-rows';
export { databaseTime, writeCompleteAsOf } from './freshness';
export type { FreshnessSample } from './freshness';
export { readProjectionGauges } from './gauges';
export type { ProjectionGauges } from './gauges';
export { compareReports, itemReport, liveItemKey, liveItemRows } from './live-items';
export type { EventOfTask, ItemReport } from './live-items';
export { FoldVersionMismatch, loadTasks } from './load-tasks';
export type { TaskToFold } from './load-tasks';
export { probeWrites } from './probe';
export {
  accountedAmong,
  advanced,
  endOfRun,
  markUnderived,
  notedAmong,
  passRaw,
  readRawProgress,
} from './raw-progress';
export type { PartitionProgress, RawProgress } from './raw-progress';
export { bytesText } from './rows';
export type {
  BatchRows,
  ErrorCodeChanges,
  ErrorCodeRow,
  HistoryRow,
  LiveItemRow,
  NotificationRow,
  ParkedRow,
  SubtaskRow,
  TaskRow,
  TaskStateToWrite,
} from './rows';
export { subtaskRow, taskRow } from './task-rows';
export type { TaskAbout } from './task-rows';
export { digestOf } from './text';
export { writeBatch } from './write-batch';
export type { CheckpointMove } from './write-batch';
