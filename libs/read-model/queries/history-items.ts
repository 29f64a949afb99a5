import { annotate } from '@mps-ledger/tasks';
import type { Annotation, TaskEventType, TimelineEntry } from '@mps-ledger/tasks';
import { isTaskEventType } from '@mps-ledger/wire';
import { shownInstant } from './instants';

/** One record of a task's life, as it is shown. */
export interface HistoryItem {
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
  /** Null for a parked record whose id could not be read; likewise its type, received and trust. */
  readonly id: string | null;
  readonly type: string | null;
  readonly occurred: string | null;
  readonly received: string | null;
  readonly logged: string;
  readonly trust: string | null;
  readonly annotations: readonly Annotation[];
  /** The event's data. Of a parked record: its value, as JSON if it is JSON, else as text; null where it has none. */
  readonly data: unknown;
  /** Why it could not be applied; null where it was. */
  readonly parkedReason: string | null;
}

/** A record as the query answers it. Of a parked one, the rest of the hearing is in its headers (JSON), its value in base64. */
export interface RecordRow {
  readonly generation: number;
  readonly partition: number;
  readonly offset: number;
  readonly event_id: string | null;
  readonly type: string | null;
  readonly subtask_key: string | null;
  readonly occurred: string | null;
  readonly received: string | null;
  readonly logged: string;
  readonly trust: string | null;
  readonly causation_id: string | null;
  readonly data: string | null;
  readonly headers: string | null;
  readonly value: string | null;
  readonly parked_reason: string | null;
}

/** What was told before a page, as far as it matters to the page's annotations. */
export interface Before {
  readonly heard: readonly { readonly id: string; readonly by: string }[];
  readonly told: readonly {
    readonly subtaskKey: string | null;
    readonly type: string;
    readonly by: readonly string[];
  }[];
}

/** Annotates the records of a page and leaves out the redeliveries among them. */
export function historyItems(records: readonly RecordRow[], before: Before): readonly HistoryItem[] {
  const past = [...before.heard.map(heardEntry), ...before.told.flatMap(toldEntries)];
  const annotated = annotate([...past, ...records.map(entryOf)]).slice(past.length);
  return records.flatMap((record, i) => {
    const remarks = annotated[i];
    if (remarks === undefined || remarks.redelivery) return [];
    return [record.parked_reason === null ? applied(record, remarks.annotations) : parked(record, remarks.annotations)];
  });
}

/** Says that an event was heard, and tells nothing. */
function heardEntry({ id, by }: Before['heard'][number]): TimelineEntry {
  return { id, type: null, causationId: by, subtaskKey: null, parked: false };
}

/** Say what was told, by events whose ids are no one's. */
function toldEntries({ subtaskKey, type, by }: Before['told'][number]): readonly TimelineEntry[] {
  const id = `before ${subtaskKey ?? ''} ${type}`;
  return by.map((causationId) => ({ id, type: known(type), causationId, subtaskKey, parked: false }));
}

function entryOf(record: RecordRow): TimelineEntry {
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

function applied(record: RecordRow, annotations: readonly Annotation[]): HistoryItem {
  return {
    ...shared(record, annotations),
    occurred: record.occurred === null ? null : shownInstant(record.occurred),
    trust: record.trust,
    data: record.data === null ? null : readValue(record.data),
  };
}

function parked(record: RecordRow, annotations: readonly Annotation[]): HistoryItem {
  const headers = new Map(Object.entries(readHeaders(record.headers)));
  const header = (name: string): string | null => {
    const value = headers.get(name);
    return typeof value === 'string' ? value : null;
  };
  return {
    ...shared(record, annotations),
    occurred: header('ce_time'),
    trust: header('ce_trust'),
    data: record.value === null ? null : shownValue(Buffer.from(record.value, 'base64').toString()),
  };
}

function shared(
  record: RecordRow,
  annotations: readonly Annotation[],
): Omit<HistoryItem, 'occurred' | 'trust' | 'data'> {
  return {
    generation: record.generation,
    partition: record.partition,
    offset: record.offset,
    id: record.event_id,
    type: record.type,
    received: record.received === null ? null : shownInstant(record.received),
    logged: shownInstant(record.logged),
    annotations,
    parkedReason: record.parked_reason,
  };
}

function readHeaders(text: string | null): Record<string, unknown> {
  const value = readValue(text ?? '');
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Far below what writing JSON can bear, far above what a provider nests. */
const DEEPEST = 500;

/** A parked value is whatever was on the log: nested so deep that it could not be written again, it is shown as its text. */
function shownValue(text: string): unknown {
  let depth = 0;
  for (const bracket of text.match(/[[{\]}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > DEEPEST) return text;
  }
  return readValue(text);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
