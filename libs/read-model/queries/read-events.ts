import { fromEventText, isTaskEventType } from '@mps-ledger/records';
import type { TaskEvent } from '@mps-ledger/tasks';
import type { ReadModel } from '../read-model';
import { IS_LONG_HISTORY } from '../sql/is-long-history';
import { READ_EVENTS } from '../sql/read-events';
import { shownInstant } from '../sql/instants';
import type { PlaceOfRecord } from './find-past';

/** An event of a task, and where its record is. */
export interface PlacedEvent {
  readonly place: PlaceOfRecord;
  readonly event: TaskEvent;
}

/** Events at once: some 10 ms of processor time. */
const PAGE_EVENTS = 1_000;
/** Bytes of their texts at once; a single larger one comes alone. */
const PAGE_BYTES = 2 * 1024 * 1024;

interface EventRow {
  readonly partition: number;
  readonly offset: string;
  readonly event_id: string;
  readonly type: string;
  readonly occurred: string | null;
  readonly received: string;
  readonly trust: string;
  readonly causation_id: string;
  readonly mapper: string;
  readonly raw_offset: string;
  readonly data: string | null;
  readonly value: string | null;
}

/** An event in history that this build cannot read: another build has written it, or the row was altered. */
export class UnreadableEvent extends Error {
  readonly code = 'unreadable-event';
}

/** Whether a task has more than so many applied events. */
export async function isLongHistory(model: ReadModel, key: Buffer, events: number): Promise<boolean> {
  const { rows } = await model.db.query<{ long: boolean }>({ ...IS_LONG_HISTORY(model), values: [key, events] });
  return rows[0]?.long === true;
}

/**
 * Yields a task's applied events up to a place, in the order of the log, in pages of bounded size; without `notification.received`. In
 * a snapshot they are of one moment. The next page is read while one is used.
 * @param after the place to begin behind; default: at the beginning
 */
export async function* readEvents(
  model: ReadModel,
  key: Buffer,
  upTo: PlaceOfRecord,
  after: PlaceOfRecord = BEFORE_ALL,
): AsyncGenerator<readonly PlacedEvent[]> {
  let coming = readPage(model, key, upTo, after);
  try {
    for (;;) {
      const page = await coming;
      const last = page.at(-1);
      if (last === undefined) return;
      coming = readPage(model, key, upTo, last.place);
      yield page;
    }
  } finally {
    // Its reader may have stopped, or failed, while the next page was coming.
    await coming.catch(() => undefined);
  }
}

const BEFORE_ALL: PlaceOfRecord = { partition: -1, offset: -1 };

async function readPage(
  model: ReadModel,
  key: Buffer,
  upTo: PlaceOfRecord,
  after: PlaceOfRecord,
): Promise<readonly PlacedEvent[]> {
  const values = [key, after.partition, after.offset, upTo.partition, upTo.offset, PAGE_EVENTS, PAGE_BYTES];
  const { rows } = await model.db.query<EventRow>({ ...READ_EVENTS(model), values });
  return rows.map(placedEvent);
}

function placedEvent(row: EventRow): PlacedEvent {
  const place = { partition: row.partition, offset: Number(row.offset) };
  const event = row.data === null ? eventOfText(row.value ?? '') : eventOfColumns(row, row.data);
  if (typeof event !== 'string') return { place, event };
  throw new UnreadableEvent(`the event at offset ${place.offset} of partition ${place.partition}: ${event}`);
}

/** The event, or why it cannot be read. */
function eventOfText(value: string): TaskEvent | string {
  const decoded = fromEventText(value);
  return decoded.ok ? decoded.event : decoded.reason;
}

/** The event that these columns spell: it was decoded from that text before the row was written, and is not checked again. */
function eventOfColumns(row: EventRow, data: string): TaskEvent | string {
  if (!isTaskEventType(row.type)) return 'unknown-type';
  const hearing = {
    trust: row.trust,
    received: shownInstant(row.received),
    causationId: row.causation_id,
    rawOffset: Number(row.raw_offset),
    mapper: row.mapper,
  };
  const occurred = row.occurred === null ? null : shownInstant(row.occurred);
  return { id: row.event_id, type: row.type, occurred, hearing, data: JSON.parse(data) as unknown } as TaskEvent;
}
