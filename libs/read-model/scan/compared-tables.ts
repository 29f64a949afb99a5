import { TOPICS } from '@mps-ledger/records';
import {
  Failure,
  HistoryEntry,
  LiveItem,
  Notification,
  ParkedRecord,
  Subtask,
  Task,
  TaskErrorCode,
  TaskStateRow,
  TaskUpdated,
  Transition,
} from '../entities';
import type { Table } from '../entities/columns';

/** Rows of two builds that must be equal. */
export interface ComparedTable {
  /** For people and reports; unique. */
  readonly name: string;
  readonly table: Table;
  /** SQL: which rows. */
  readonly where: string;
  /** The offset of a record by which a row is there: rows from the compared position on are left out. Null: rows change in their place. */
  readonly offset: 'offset' | 'event_offset' | null;
  /** The topic that the offset is of. */
  readonly topic: string;
}

type More = Partial<Pick<ComparedTable, 'name' | 'where' | 'offset' | 'topic'>>;

function compared(table: Table, more: More = {}): ComparedTable {
  return { name: table.name, table, where: 'true', offset: null, topic: TOPICS.events, ...more };
}

const OF_EVENTS = `topic = '${TOPICS.events}'`;
const HAS_TASK = 'task_key IS NOT NULL';
const HAS_NONE = 'task_key IS NULL';

/** Tables whose rows are of one task. */
export const TABLES_BY_TASK: readonly ComparedTable[] = [
  compared(Task),
  compared(TaskStateRow),
  compared(Subtask),
  compared(HistoryEntry, { where: HAS_TASK, offset: 'offset' }),
  compared(ParkedRecord, { where: `${HAS_TASK} AND ${OF_EVENTS}`, offset: 'offset' }),
  compared(Transition, { offset: 'offset' }),
  compared(LiveItem),
  compared(TaskErrorCode),
  compared(TaskUpdated),
  compared(Failure),
];

/** Tables whose rows are of one place on the log. */
export const TABLES_BY_PLACE: readonly ComparedTable[] = [
  compared(HistoryEntry, { name: 'history of no task', where: HAS_NONE, offset: 'offset' }),
  compared(ParkedRecord, { name: 'parked of no task', where: `${HAS_NONE} AND ${OF_EVENTS}`, offset: 'offset' }),
  compared(Notification, { where: `topic = '${TOPICS.raw}'`, offset: 'event_offset' }),
  compared(Notification, {
    ...{ name: 'notification that was rejected', where: `topic = '${TOPICS.rejected}'` },
    ...{ offset: 'offset' as const, topic: TOPICS.rejected },
  }),
];
