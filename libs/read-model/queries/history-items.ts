import { annotate } from '@mps-ledger/tasks';
import type { Annotation, TaskEventType, TimelineEntry } from '@mps-ledger/tasks';
import { isTaskEventType } from '@mps-ledger/records';
import { historyText } from '../history-text';
import type { HistoryRow } from '../write/rows';
import { exactInstant, shownInstant } from '../sql/instants';
import { RECORD_MEMBERS } from '../sql/read-history';

/** One record of a task's life, as it is shown. */
export interface HistoryItem {
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
  readonly annotations: readonly Annotation[];
  /**
   * JSON text: the event, exactly as its record on the log has it. Of a parked record: its value, exactly where it is JSON,
   * else as a JSON string of its text; `null` where it has none.
   */
  readonly event: string;
  /** Why it could not be applied; null where it was. */
  readonly parkedReason: string | null;
}

interface Place {
  readonly partition: number;
  readonly offset: number;
  readonly logged: string;
}

/** A row of history: times with microseconds. */
export type AppliedRow = Place & Omit<HistoryRow, 'task_key'> & { readonly parked_reason: null };

/** A parked record: its value in base64. */
export interface ParkedRow extends Place {
  readonly event_id: string | null;
  readonly type: string | null;
  readonly subtask_key: null;
  readonly causation_id: string | null;
  readonly parked_value: string | null;
  readonly parked_reason: string;
}

export type RecordRow = AppliedRow | ParkedRow;

/** A record as the query answers it: its members in their order. */
export type RecordItem = readonly unknown[];

const MEMBERS = Object.keys(RECORD_MEMBERS);

export function recordRow(item: RecordItem): RecordRow {
  const row = Object.fromEntries(MEMBERS.map((name, at) => [name, item[at]])) as unknown as RecordRow;
  if (row.parked_reason !== null) return { ...row, logged: exactInstant(row.logged) };
  const { logged, occurred, received } = row;
  return {
    ...row,
    logged: exactInstant(logged),
    occurred: occurred === null ? null : exactInstant(occurred),
    received: exactInstant(received),
  };
}

/** What notifications before a page reported, as far as it matters to the page's annotations. */
export interface Before {
  readonly events: readonly { readonly id: string; readonly by: string }[];
  readonly reports: readonly {
    readonly subtaskKey: string | null;
    readonly type: string;
    readonly by: readonly string[];
  }[];
}

/** What annotations of a record are made of. */
export type AnnotatedRecord = Pick<
  RecordRow,
  'partition' | 'offset' | 'event_id' | 'type' | 'subtask_key' | 'causation_id' | 'parked_reason'
>;

/** Annotates consecutive records and leaves out the redeliveries among them. */
export function annotated<Row extends AnnotatedRecord>(
  records: readonly Row[],
  before: Before,
): readonly (readonly [Row, readonly Annotation[]])[] {
  const past = [...before.events.map(eventEntry), ...before.reports.flatMap(reportEntries)];
  const remarks = annotate([...past, ...records.map(entryOf)]).slice(past.length);
  return records.flatMap((record, i) => {
    const remark = remarks[i];
    return remark === undefined || remark.redelivery ? [] : [[record, remark.annotations] as const];
  });
}

/** A record as it is shown. */
export function historyItem(record: RecordRow, annotations: readonly Annotation[]): HistoryItem {
  const { partition, offset, logged, parked_reason: parkedReason } = record;
  const event = record.parked_reason === null ? appliedText(record) : parkedText(record);
  return { partition, offset, logged: shownInstant(logged), annotations, parkedReason, event };
}

/** Says that an event was reported before, and nothing about a subtask. */
function eventEntry({ id, by }: Before['events'][number]): TimelineEntry {
  return { id, type: null, causationId: by, subtaskKey: null, parked: false };
}

/** Say what was reported before, by events with ids of their own. */
function reportEntries({ subtaskKey, type, by }: Before['reports'][number]): readonly TimelineEntry[] {
  const id = `before ${subtaskKey ?? ''} ${type}`;
  return by.map((causationId) => ({ id, type: known(type), causationId, subtaskKey, parked: false }));
}

function entryOf(record: AnnotatedRecord): TimelineEntry {
  const unique = `record ${record.partition} ${record.offset}`;
  return {
    id: record.event_id ?? unique,
    type: known(record.type),
    causationId: record.causation_id ?? unique,
    subtaskKey: record.subtask_key,
    parked: record.parked_reason !== null,
  };
}

function known(type: string | null): TaskEventType | null {
  return type !== null && isTaskEventType(type) ? type : null;
}

function appliedText(row: AppliedRow): string {
  const { occurred, received } = row;
  return historyText({
    ...row,
    occurred: occurred === null ? null : shownInstant(occurred),
    received: shownInstant(received),
  });
}

/** Far below what reading JSON can bear anywhere, far above what a provider nests. */
const DEEPEST = 500;

/** A parked value is whatever was on the log: what is no JSON, or is nested too deep, is shown as its text. */
function parkedText({ parked_value: value }: ParkedRow): string {
  if (value === null) return 'null';
  const text = Buffer.from(value, 'base64').toString();
  return isTooDeep(text) || !isJson(text) ? JSON.stringify(text) : text;
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[{\]}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > DEEPEST) return true;
  }
  return false;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
