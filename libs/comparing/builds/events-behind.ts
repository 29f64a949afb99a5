import type { AnyRow } from '@mps-ledger/read-model';
import type { EventBehind } from './differences';

/** Rows of history of one task, of one build or of two. */
export interface History {
  readonly rows: readonly AnyRow[];
  readonly positionOf: (place: { readonly partition: number; readonly offset: number }) => string;
}

/** Events that are listed of one value. */
const LISTED_EVENTS = 5;

/** Types of events that say something of a value of the task itself, by the beginning of its name. */
const SAYING: readonly (readonly [prefix: string, type: RegExp])[] = [
  ['metadata', /^media\.probed$/],
  ['live', /^live\./],
  ['', /^(?:task|live)\./],
];

/**
 * The events that a value rests on, in the order of the log: of a subtask its own, of a row at a place that record, of values of the task
 * itself those of the types that say something of them. Without any, the first of the task.
 */
export function eventsOf({ rows, positionOf }: History, value: string, row: AnyRow = {}): readonly EventBehind[] {
  const found = new Map<string, EventBehind>();
  for (const one of chosen(rows, value, row).sort(byPlace)) {
    const event = eventIn(one, positionOf);
    found.set(event.position, event);
  }
  return [...found.values()].slice(0, LISTED_EVENTS);
}

function chosen(rows: readonly AnyRow[], value: string, row: AnyRow): AnyRow[] {
  if (typeof row['offset'] === 'number') return rows.filter((one) => one['offset'] === row['offset']);
  const key = row['key'] ?? /^subtasks\/(.*)\/[^/]*$/.exec(value)?.[1];
  const ofSubtask = rows.filter((one) => typeof key === 'string' && isOf(one['subtask_key'], key));
  if (ofSubtask.length > 0) return ofSubtask;
  const [, type = /./] = SAYING.find(([prefix]) => value.startsWith(prefix)) ?? [];
  const saying = rows.filter((one) => type.test(String(one['type'])));
  return saying.length > 0 ? saying : [...rows];
}

/** A name of a value goes on behind the key of its subtask. */
const isOf = (subtask: unknown, key: string): boolean =>
  typeof subtask === 'string' && (key === subtask || key.startsWith(`${subtask}/`));

function byPlace(a: AnyRow, b: AnyRow): number {
  return Number(a['partition']) - Number(b['partition']) || Number(a['offset']) - Number(b['offset']);
}

function eventIn(row: AnyRow, positionOf: History['positionOf']): EventBehind {
  return {
    position: positionOf({ partition: Number(row['partition']), offset: Number(row['offset']) }),
    type: String(row['type']),
    event_id: String(row['event_id']),
    notification_id: String(row['causation_id']),
    trust: String(row['trust']),
  };
}
