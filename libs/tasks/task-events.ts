import type { Json } from './json';

/**
 * The vocabulary: every fact that can be known about a task, in the past tense.
 *
 * A notification is what MPS sent; an event is one fact in it. An event's data is a function of its type, its subtask key
 * and its evidence (the provider's own fields it rests on) and of nothing else, so that one id has one content. How the
 * fact was heard travels beside it, as the hearing.
 */

/** How far a hearing can be believed, from least to most. The place in this list is the rank. */
export const TRUSTS = ['file', 'callback-unsigned', 'callback-signed', 'queue', 'reconciled'] as const;
export type Trust = (typeof TRUSTS)[number];

/** What kind of task it is. `unknown`: nobody said yet, or the kind is not one we know. */
export const TASK_KINDS = [
  'workflow',
  'edit-media',
  'schedule',
  'batch',
  'extract-blind-watermark',
  'live',
  'unknown',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** How one hearing of a fact came about: everything about an event that is not the fact. Travels in record headers. */
export interface Hearing {
  readonly trust: Trust;
  /** When ingest got the notification: RFC 3339, UTC, milliseconds (`2026-11-22T09:00:00.000Z`). */
  readonly received: string;
  /** The id of the notification (UUIDv7) that this fact was derived from. */
  readonly causationId: string;
  /** Offset of that notification's record on the raw log, in the same partition number as the event's. */
  readonly rawOffset: number;
  /** Version of the mapping that derived it, e.g. `mps1`. */
  readonly mapper: string;
  /** W3C trace context of the request that brought the notification, if it had one. */
  readonly traceparent?: string;
}

interface Fact<Type extends string, Data> {
  /** Deterministic: 64 hex digits; see `eventId` in libs/mps. */
  readonly id: string;
  readonly type: Type;
  /** The provider's own time of the fact, RFC 3339 UTC with milliseconds; null where it gives none. */
  readonly occurred: string | null;
  readonly hearing: Hearing;
  readonly data: Data;
}

/** Whose fact it is. Both are exact; `task_id` may be any string, also one that no database takes as text. */
export interface TaskSubject {
  readonly account: string;
  readonly task_id: string;
}

/** What became of one raw record: exactly one per record, the last of its events. */
export interface NotificationReceivedData {
  readonly account: string;
  /** Absent where the notification names no task. */
  readonly task_id?: string;
  readonly notification_id: string;
  /** EventType or NotificationType as spelled. */
  readonly event_type?: string;
  readonly kind: TaskKind;
  /** Why nothing, or not all, could be read from it. */
  readonly reason?: string;
  /** Remarks on what was read and how it came, e.g. `lossy-number`, `sign-expired-60s`. */
  readonly marks?: readonly string[];
  /** SHA-256 of the exact bytes, hex. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** How it came: `callback`, a queue, `file`, `reconcile`. */
  readonly transport: string;
  /** Number of the other events derived from it. */
  readonly events: number;
  /** SHA-256 (hex) of their ids, in the order derived, each followed by a line feed. */
  readonly events_digest: string;
  /** The first 100 of their ids, in the order derived. */
  readonly event_ids: readonly string[];
}

/** What all data that rests on the provider's own fields may say beside them. */
interface OfEvidence {
  /** The provider's members out of which a number that is not finite was left (1e400), by rising name. */
  readonly not_finite?: readonly string[];
}

/**
 * How many subtasks a notification shows, twins counted: by kind and definition with those of its parents
 * (`Transcode:10`, `AiAnalysis:1/AiAnalysis.Cover:7`), and by kind alone, all of it (`Transcode`).
 */
export interface ListedCounts {
  readonly [entry: string]: number;
}

/** What a report says of a task besides its status. What else is absent was not said. */
export interface TaskReportData extends TaskSubject, OfEvidence {
  readonly kind: TaskKind;
  /** Empty where it shows none. */
  readonly listed: ListedCounts;
  /** The provider's word: `WAITING`, `PROCESSING`, `FINISH`, or whatever else it said. */
  readonly status?: string;
  readonly session_id?: string;
  readonly session_context?: string;
  readonly input?: Json;
  readonly create_time?: string;
  readonly begin_process_time?: string;
}

/** The end of a task as one notification claims it. No `error_code` means 0: a good end. */
export interface TaskFinishedData extends TaskReportData {
  readonly finish_time?: string;
  readonly error_code?: number | string;
  readonly message?: string;
  readonly output?: Json;
  readonly type?: string;
  readonly is_detected?: Json;
  readonly result?: Json;
}

export interface MediaProbedData extends TaskSubject, OfEvidence {
  readonly status?: string;
  readonly metadata: { readonly [member: string]: Json };
}

/** Which subtask: its stable key inside the task, and what the key says in plain. */
export interface SubtaskSubject extends TaskSubject {
  /** `kind:definition:digest`, below a parent `parent/child`; see `subtaskKey` in libs/mps. */
  readonly key: string;
  readonly kind: string;
  /** The canonical text of Input.Definition (10 and "10" are one). */
  readonly definition?: string;
}

/** What every report of a subtask says, open or ended. */
interface SubtaskSaid extends SubtaskSubject, OfEvidence {
  readonly status?: string;
  readonly input?: Json;
}

export interface SubtaskReportData extends SubtaskSaid {
  /** Whether the same notification tells that the task has finished. */
  readonly at_end?: true;
}

export interface SubtaskProgressedData extends SubtaskSubject {
  /** 0 to 100. */
  readonly progress: number;
}

export interface SubtaskSucceededData extends SubtaskSaid {
  readonly begin_process_time?: string;
  readonly finish_time?: string;
  readonly output?: Json;
}

export interface SubtaskFailedData extends SubtaskSucceededData {
  readonly error_code?: number | string;
  readonly error_code_ext?: string;
  readonly message?: string;
}

/** Several subtasks of one notification share a key (twins): how many there were, and how many of them had ended how. */
export interface SubtaskCountedData extends SubtaskSubject {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

export type NotificationReceived = Fact<'notification.received', NotificationReceivedData>;
export type TaskQueued = Fact<'task.queued', TaskReportData>;
export type TaskStarted = Fact<'task.started', TaskReportData>;
export type TaskFinished = Fact<'task.finished', TaskFinishedData>;
export type TaskReported = Fact<'task.reported', TaskReportData>;
export type MediaProbed = Fact<'media.probed', MediaProbedData>;
export type SubtaskQueued = Fact<'subtask.queued', SubtaskReportData>;
export type SubtaskStarted = Fact<'subtask.started', SubtaskReportData>;
export type SubtaskReported = Fact<'subtask.reported', SubtaskReportData>;
export type SubtaskProgressed = Fact<'subtask.progressed', SubtaskProgressedData>;
export type SubtaskSucceeded = Fact<'subtask.succeeded', SubtaskSucceededData>;
export type SubtaskFailed = Fact<'subtask.failed', SubtaskFailedData>;
export type SubtaskCounted = Fact<'subtask.counted', SubtaskCountedData>;

/** A fact about one task (or, for `notification.received` without a task id, about a notification). */
export type TaskEvent =
  | NotificationReceived
  | TaskQueued
  | TaskStarted
  | TaskFinished
  | TaskReported
  | MediaProbed
  | SubtaskQueued
  | SubtaskStarted
  | SubtaskReported
  | SubtaskProgressed
  | SubtaskSucceeded
  | SubtaskFailed
  | SubtaskCounted;

export type TaskEventType = TaskEvent['type'];

/** Every event type there is, in the order of the vocabulary. */
export const TASK_EVENT_TYPES = [
  'notification.received',
  'task.queued',
  'task.started',
  'task.finished',
  'task.reported',
  'media.probed',
  'subtask.queued',
  'subtask.started',
  'subtask.reported',
  'subtask.progressed',
  'subtask.succeeded',
  'subtask.failed',
  'subtask.counted',
] as const satisfies readonly TaskEventType[];
