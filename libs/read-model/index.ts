export { projectionSchema } from './default-schema';
export type { Bytes } from './entities';
export { historyText } from './history-text';
export { knownSchema, migrate, ReadModelOfOtherFormat, refuseOtherFormat } from './migrate';
export {
  analyseTables,
  makePostponedIndex,
  postponeIndexes,
  readPostponedIndexes,
  type PostponedIndexToMake,
} from './bulk/postponed-indexes';
export { writeBulk } from './bulk/write-bulk';
export { countFoundTasks, countTasks, type TaskCount, type TaskCounts } from './queries/count-tasks';
export { findNotification, findNotificationById, type StoredNotification } from './queries/find-notification';
export { findPast, type FoundPast, type PastPoint, type PastTask, type PlaceOfRecord } from './queries/find-past';
export { readFreshness, ReadModelEmpty, type Freshness } from './queries/freshness';
export type { HistoryItem } from './queries/history-items';
export { comparePosition, judgePosition, type PositionVerdict } from './queries/judge-position';
export {
  isErrorPlace,
  isLivePlace,
  isNotificationPlace,
  isRecordPlace,
  isTaskPlace,
  isUsagePlace,
} from './queries/keyset-places';
export { listErrors, type ErrorFilter, type ErrorPlace } from './queries/list-errors';
export {
  listUsage,
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageFilter,
  type UsagePlace,
} from './queries/list-usage';
export { listNotifications, type NotificationFilter, type NotificationPlace } from './queries/list-notifications';
export type { TaskFinder } from './sql/found-candidates';
export {
  listFoundTasks,
  listTasks,
  type ListedFailure,
  type ListedTask,
  type Page,
  type TaskPage,
  type TaskPlace,
} from './queries/list-tasks';
export type { FeedEvent, FeedItem } from './queries/feed-item';
export { makeFeedTest, type FeedFilter } from './queries/feed-filter';
export {
  beginning,
  findPlace,
  positionAt,
  readFeed,
  type FeedLimits,
  type FeedPage,
  type FeedPlace,
} from './queries/read-feed';
export { type FeedSource } from './sql/read-feed';
export { shownInstant } from './sql/instants';
export { readCursorKey } from './queries/read-cursor-key';
export { isLongHistory, readEvents, UnreadableEvent, type PlacedEvent } from './queries/read-events';
export { readFirstHistoryOfAny, readHistory } from './queries/read-history';
export type { HistoryFilter, HistoryPage, RecordPlace } from './queries/read-history';
export { readLive, type LiveCount, type LiveFilter, type LivePlace, type StoredLiveItem } from './queries/read-live';
export { readParked, type ParkedSummary } from './queries/read-parked';
export { readParkedReasons, readSources, type ParkedReason, type SourceActivity } from './queries/read-pipeline';
export { readProgress } from './queries/read-progress';
export { findAccounts, readTask, readTasks, readTasksOfAny } from './queries/read-task';
export type { ReadTask, ReadTasksOfAny, StoredTask, TaskOfAny, WantedTask } from './queries/read-task';
export {
  describeUnderived,
  readUnderived,
  readUnderivedAlarms,
  type RawRange,
  type UnderivedAlarm,
} from './queries/read-underived';
export { TASK_ORDERS, type TaskFilter, type TaskOrder } from './queries/task-filter';
export { SAMPLED_OF } from './filter-keys';
export { nameTask, taskFrom } from './queries/random-task';
export { readModelIn, type Queryable, type ReadModel } from './read-model';
export { readCheckpoints, type CheckpointRow } from './scan/checkpoints';
export { readSizeInBytes } from './scan/size';
export { TABLES_BY_PLACE, TABLES_BY_TASK, type ComparedTable } from './scan/compared-tables';
export { rowAtPlace, rowsOfTask, type AnyRow } from './scan/rows-of-task';
export { openSnapshot, openTwoAtOnce, type Snapshot, type TwoAtOnce } from './scan/snapshot';
export {
  countHistory,
  readLastPlaces,
  readStateGroups,
  sumGroups,
  sumPlaces,
  sumStretches,
  sumTasks,
  type LastPlace,
  type Positions,
  type TableSums,
} from './scan/table-sums';
export {
  findStrays,
  scanErrorCodes,
  scanErrorCounts,
  scanErrorGroups,
  scanFailures,
  scanHistory,
  scanHistoryByTask,
  scanLiveItems,
  scanNotifications,
  scanParked,
  scanParkedByTask,
  scanStates,
  scanSubtasks,
  scanTasks,
  scanTransitions,
  scanUpdated,
  scanUsage,
  type InPartition,
  type StateRow,
  type Stray,
} from './scan/tables';
export { readStates, type DescribedState } from './scan/task-states';
export { BY_CODE_POINT, PROJECTION, PROJECTION_CHANNEL, projectionRights, readingRights } from './schema';
export { taskKey } from './task-key';
export { isVisible, visibleTaskKey, type VisibleAccounts } from './visible-accounts';
export { announce } from './write/announce';
export {
  adoptLog,
  CheckpointMissing,
  lockCheckpoint,
  OtherLog,
  passOver,
  readCheckpoint,
  readFoldVersion,
  readKnownEnds,
  readProjectedLog,
  type CheckpointState,
  type Partition,
} from './write/checkpoint';
export { errorCodeChanges, errorCodeRows, NO_ERROR_CODES, updatedByCode } from './write/error-codes';
export {
  derivedNotificationRow,
  historyRow,
  parkedRow,
  rejectedNotificationRow,
  type ParkedAbout,
  type RecordOfLog,
} from './write/event-rows';
export { databaseTime, writeCompleteAsOf, type FreshnessSample, type SeenEventEnd } from './write/freshness';
export { readProjectionGauges, type ProjectionGauges } from './write/gauges';
export {
  compareReports,
  itemReport,
  liveItemKey,
  liveItemRows,
  type EventOfTask,
  type ItemReport,
} from './write/live-items';
export { NO_REPORT_CHANGES, reportChanges, ReportSums, type ReportsOfTask } from './write/report-changes';
export { NO_REPORTS, taskReports, type ReportedTask, type TaskReports } from './write/task-reports';
export { FoldVersionMismatch, loadTasks, type TaskToFold } from './write/load-tasks';
export { probeWrites } from './write/probe';
export {
  accountedAmong,
  advanced,
  endOfRun,
  markUnderived,
  notedAmong,
  passRaw,
  readRawProgress,
  type PartitionProgress,
  type RawProgress,
} from './write/raw-progress';
export {
  bytesText,
  type BatchRows,
  type ErrorCodeChanges,
  type ErrorCodeRow,
  type FailureRow,
  type HistoryRow,
  type LiveItemRow,
  type NotificationRow,
  type ParkedRow,
  type SubtaskRow,
  type TaskRow,
  type TaskStateToWrite,
  type TransitionRow,
  type UpdatedRow,
  type UsageRow,
} from './write/rows';
export { lastStanding } from './write/standing';
export { subtaskRow, taskRow, updatedRow, type TaskAbout } from './write/task-rows';
export { digestOf } from './write/text';
export { fitStanding, shownErrorCode, transitionRow, type StandingChange } from './write/transitions';
export { writeBatch, type CheckpointMove } from './write/write-batch';
