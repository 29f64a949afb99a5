import type { Json, JsonObject } from './json';

/**
 * The event types: every fact about a task that can be recorded, in the past tense.
 *
 * A notification is what MPS sent; an event is one fact in it. An event's data is a function of its type, its subtask key and its
 * evidence (the provider's fields that state the fact) and of nothing else, so that one id has one content. Everything about the
 * delivery of the fact (trust, time, causation) is in the hearing, beside the data.
 */

/** Levels of trust in a hearing, lowest first. The index in this list is the rank. */
export const TRUSTS = ['file', 'callback-unsigned', 'callback-signed', 'queue', 'reconciled'] as const;
export type Trust = (typeof TRUSTS)[number];

/** Kinds of task. `unknown`: not reported yet, or not one of the known kinds. */
export const TASK_KINDS = [
  'workflow',
  'edit-media',
  'schedule',
  'batch',
  'extract-blind-watermark',
  'live',
  'image',
  'unknown',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** How one fact was received: trust, time and causation. Everything about an event that is not the fact itself. */
export interface Hearing {
  readonly trust: Trust;
  /** When ingest got the notification: RFC 3339, UTC, milliseconds (`2026-11-22T09:00:00.000Z`). */
  readonly received: string;
  /** Id (UUIDv7) of the notification that the event was derived from. */
  readonly causationId: string;
  /** Offset of that notification's raw record, in the partition of the same number as the event's. */
  readonly rawOffset: number;
  /** Version of the mapping that derived the event, e.g. `mps1`. */
  readonly mapper: string;
  /** W3C trace context of the request that delivered the notification, if it had one. */
  readonly traceparent?: string;
}

interface Fact<Type extends string, Data> {
  /** Deterministic: 64 hex digits; see `eventId` in libs/mps. */
  readonly id: string;
  readonly type: Type;
  /** The provider's time of the fact, RFC 3339 UTC with milliseconds; null if it gives none. */
  readonly occurred: string | null;
  readonly hearing: Hearing;
  readonly data: Data;
}

/** The task of an event. Both members are exact; `task_id` may be any string, also one that Postgres rejects as text. */
export interface TaskSubject {
  readonly account: string;
  readonly task_id: string;
}

/** The result of reading one raw record: exactly one per record, the last of its events. */
export interface NotificationReceivedData {
  readonly account: string;
  /** Absent if the notification names no task. */
  readonly task_id?: string;
  readonly notification_id: string;
  /** EventType or NotificationType as spelled. */
  readonly event_type?: string;
  /** SessionId of the notification; absent if it is empty. */
  readonly session_id?: string;
  readonly kind: TaskKind;
  /** Why the notification could not be read, or not completely. */
  readonly reason?: string;
  /** Remarks on its content and delivery, e.g. `lossy-number`, `sign-expired-60s`. */
  readonly marks?: readonly string[];
  /** SHA-256 of the exact bytes, hex. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** How it was delivered: `callback`, a queue, `file`, `reconcile`. */
  readonly transport: string;
  /** Id of the configured source that it came by; absent in records of earlier builds. */
  readonly source?: string;
  /** Number of the other events derived from it. */
  readonly events: number;
  /** SHA-256 (hex) of their ids, in the order derived, each followed by a line feed. */
  readonly events_digest: string;
  /** The first 100 of their ids, in the order derived. */
  readonly event_ids: readonly string[];
}

/** Members of all data that is made of the provider's fields. */
interface EvidenceData {
  /** The provider's members from which a number that is not finite (1e400) was dropped, sorted by name. */
  readonly not_finite?: readonly string[];
}

/**
 * How many subtasks a notification shows, twins counted: by kind and definition with those of its parents
 * (`Transcode:10`, `AiAnalysis:1/AiAnalysis.Cover:7`), and by kind alone (`Transcode`).
 */
export interface ListedCounts {
  readonly [entry: string]: number;
}

/** The data of a report about a task. Members that the report does not have are absent. */
export interface TaskReportData extends TaskSubject, EvidenceData {
  readonly kind: TaskKind;
  /** Empty if the notification shows no subtasks. */
  readonly listed: ListedCounts;
  /** The provider's status: `WAITING`, `PROCESSING`, `FINISH`, or any other text. */
  readonly status?: string;
  readonly session_id?: string;
  readonly session_context?: string;
  readonly input?: Json;
  readonly create_time?: string;
  readonly begin_process_time?: string;
}

/** The end of a task as one notification claims it. An absent `error_code` means 0, success. */
export interface TaskFinishedData extends TaskReportData {
  readonly finish_time?: string;
  readonly error_code?: number | string;
  readonly message?: string;
  readonly output?: Json;
  readonly type?: string;
  readonly is_detected?: Json;
  readonly result?: Json;
}

export interface MediaProbedData extends TaskSubject, EvidenceData {
  readonly status?: string;
  readonly metadata: { readonly [member: string]: Json };
}

/** The subtask of an event: its stable key inside the task, and the kind and definition that the key contains. */
export interface SubtaskSubject extends TaskSubject {
  /** `kind:definition:digest`, below a parent `parent/child`; see `subtaskKey` in libs/mps. */
  readonly key: string;
  readonly kind: string;
  /** The canonical text of Input.Definition (10 and "10" are one). */
  readonly definition?: string;
}

/** Members of every report about a subtask, open or ended. */
interface SubtaskReportBase extends SubtaskSubject, EvidenceData {
  readonly status?: string;
  readonly input?: Json;
}

export interface SubtaskReportData extends SubtaskReportBase {
  /** Present if the same notification reports the task as finished. */
  readonly at_end?: true;
}

export interface SubtaskProgressedData extends SubtaskSubject {
  /** 0 to 100. */
  readonly progress: number;
}

export interface SubtaskSucceededData extends SubtaskReportBase {
  readonly begin_process_time?: string;
  readonly finish_time?: string;
  readonly output?: Json;
}

export interface SubtaskFailedData extends SubtaskSucceededData {
  readonly error_code?: number | string;
  readonly error_code_ext?: string;
  readonly message?: string;
}

/** Counts of the subtasks of one notification that share a key (twins), in total and by end. */
export interface SubtaskCountedData extends SubtaskSubject {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Members of everything that is reported about a live stream. */
interface LiveReportBase extends TaskSubject, EvidenceData {
  readonly session_id?: string;
  readonly session_context?: string;
}

/** What a live notification reports. MPS sends many of them for one task, without a sequence number. */
export interface LiveResultData extends LiveReportBase {
  /** NotificationType as spelled. */
  readonly notification_type: string;
  /** All other members of the notification, without those of its delivery: the objects that hold the results. */
  readonly results: JsonObject;
}

/** The end of a live stream. An absent `error_code` means 0, success. */
export interface LiveEndedData extends LiveReportBase {
  readonly error_code?: number | string;
  readonly message?: string;
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
export type LiveResultReported = Fact<'live.result-reported', LiveResultData>;
export type LiveEnded = Fact<'live.ended', LiveEndedData>;

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
  | SubtaskCounted
  | LiveResultReported
  | LiveEnded;

export type TaskEventType = TaskEvent['type'];

/** All event types. */
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
  'live.result-reported',
  'live.ended',
] as const satisfies readonly TaskEventType[];
