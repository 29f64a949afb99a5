export { TASK_EVENT_TYPES, TASK_KINDS, TRUSTS } from './task-events';
export type {
  Hearing,
  ListedCounts,
  LiveEnded,
  LiveEndedData,
  LiveResultData,
  LiveResultReported,
  MediaProbed,
  MediaProbedData,
  NotificationReceived,
  NotificationReceivedData,
  SubtaskCounted,
  SubtaskCountedData,
  SubtaskFailed,
  SubtaskFailedData,
  SubtaskProgressed,
  SubtaskProgressedData,
  SubtaskQueued,
  SubtaskReportData,
  SubtaskReported,
  SubtaskStarted,
  SubtaskSubject,
  SubtaskSucceeded,
  SubtaskSucceededData,
  TaskEvent,
  TaskEventType,
  TaskFinished,
  TaskFinishedData,
  TaskKind,
  TaskQueued,
  TaskReportData,
  TaskReported,
  TaskStarted,
  TaskSubject,
  Trust,
} from './task-events';
export { EVENT_GENERATION, MAPPER_VERSION } from './mapper';
export { isList, isObject, setMember } from './json';
export type { Json, JsonObject } from './json';
export { contentForm, isEmpty, isSecret, keyForm, keyText } from './forms';
export type { NumberLossHandlers } from './forms';
export { entriesOf } from './listed';
export type { ListedEntries } from './listed';
export { FOLD_VERSION, stateOfEvent, evolve, fold, initialState, join, levelOfEvent } from './task';
export type { TaskLevel, TaskState } from './task';
export { isSameStanding, openStanding, taskStanding } from './standing';
export type { TaskStanding } from './standing';
export { liveItems, liveItemIdentity, liveItemText } from './live-items';
export { offsetsOf } from './live-members';
export type { LiveItem } from './live-items';
export { foldAtVersion, versionOf } from './at-version';
export { NotificationCount } from './notification-count';
export type { CountedRecord } from './notification-count';
export { makeFolding } from './folding';
export type { Folding } from './folding';
export { decodeState, encodeState } from './state-text';
export { describeFailed, describeTask } from './describe';
export { describeErrorCode, isRetryable } from './error-class';
export type { EndView, LiveView, SubtaskView, TaskView } from './describe';
export { ERROR_CLASSES } from './error-knowledge';
export type { ErrorClass } from './error-knowledge';
export { contributesAlike, contributionsOf } from './contributions';
export type { Contribution } from './contributions';
export { hasFailures, shownErrorCodes } from './error-codes';
export { TASK_STATUSES } from './task';
export type { TaskStatus } from './task';
export { SUBTASK_STATUSES } from './subtask';
export type { SubtaskStatus } from './subtask';
export { CONFIRMATIONS, ENDS } from './claims';
export type { Confirmation } from './claims';
export { OUTCOMES } from './outcome';
export type { Outcome } from './outcome';
export { ANNOTATIONS, annotate } from './timeline';
export type { AnnotatedEntry, Annotation, TimelineEntry } from './timeline';
export { LOST_BY, VALUE_RULES } from './why-rules';
export type { LostBy, ValueRule } from './why-rules';
export { contestKey, Contests } from './why';
export type { Contest, Reported, LostSaying } from './why';
export { EXPLAINED_NAMES, explainedValues } from './why-values';
export type { ExplainedValues } from './why-values';
