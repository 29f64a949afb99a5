export { TASK_EVENT_TYPES, TASK_KINDS, TRUSTS } from './task-events';
export type {
  Hearing,
  Json,
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
export { FOLD_VERSION, alone, evolve, fold, initialState, join } from './task';
export type { TaskState } from './task';
export { decodeState, encodeState } from './state-text';
export { describeTask } from './describe';
export type { SubtaskView, TaskView } from './describe';
export { TASK_STATUSES } from './task';
export type { TaskStatus } from './task';
export { SUBTASK_STATUSES } from './subtask';
export type { SubtaskStatus } from './subtask';
export { CONFIRMATIONS } from './claims';
export type { Confirmation } from './claims';
export { OUTCOMES } from './outcome';
export type { Outcome } from './outcome';
export { ANNOTATIONS, annotate } from './timeline';
export type { AnnotatedEntry, Annotation, TimelineEntry } from './timeline';
