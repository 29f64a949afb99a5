import { fromEventText, TOPICS } from '@mps-ledger/records';
import { describeTask, fold, initialState, isSameStanding } from '@mps-ledger/tasks';
import type { TaskStanding, TaskEvent, TaskState } from '@mps-ledger/tasks';
import type { Bytes } from '../entities';
import { historyText } from '../history-text';
import type { ReadModel } from '../read-model';
import { scanRows } from '../scan/pages';
import { columnNames, columnTexts, rowsFrom } from '../write/columns';
import type { ColumnTypes } from '../write/columns';
import type { HistoryRow, TaskRow, TransitionRow } from '../write/rows';
import { standingColumns, standingText } from '../write/standing';
import { fitStanding, transitionRow } from '../write/transitions';

/** Columns as this migration finds them: later ones may add some. */
const PLACE = {
  task_key: 'bytea',
  partition: 'integer',
  offset: 'bigint',
  raw_offset: 'bigint',
  type: 'text',
} as const;
const HISTORY = {
  ...PLACE,
  ...{ event_id: 'text', occurred: 'timestamptz', received: 'timestamptz', logged: 'timestamptz', account: 'text' },
  ...{ subject: 'text', trust: 'text', causation_id: 'text', mapper: 'text', traceparent: 'text' },
  ...{ data: 'text', value: 'text' },
} as const;
const TRANSITION = {
  ...{ partition: 'integer', offset: 'bigint', raw_offset: 'bigint', task_key: 'bytea', account: 'text', kind: 'text' },
  ...{ status: 'text', outcome: 'text', error_code: 'text', confirmation: 'text', logged: 'timestamptz', data: 'text' },
} as const;
const STANDING = { task_key: 'bytea', last_standing: 'text' } as const;

const RECEIVED = 'notification.received';
const CHUNK = 500;

interface Place {
  readonly task_key: Bytes;
  readonly partition: number;
  readonly offset: number;
  readonly raw_offset: number | null;
  readonly type: string | null;
}
type Applied = Place & Pick<HistoryRow, 'type' | 'raw_offset' | Exclude<keyof typeof HISTORY, keyof Place>>;
type Kept = Place | Applied;
type Row = TransitionRow & { readonly partition: number };

/**
 * Writes the transitions of rows that were written before there were any, from history and what is parked: those that projecting the
 * log again would write. Holds one task's state and a chunk of rows. In the caller's transaction.
 */
export async function recordTransitions(model: ReadModel): Promise<void> {
  let chunk: Transitions[] = [];
  for await (const task of tasksIn(model)) {
    chunk.push(task);
    if (chunk.length < CHUNK) continue;
    await write(model, chunk);
    chunk = [];
  }
  if (chunk.length > 0) await write(model, chunk);
}

interface Transitions {
  readonly rows: readonly Row[];
  readonly standing: Pick<TaskRow, 'task_key' | 'last_standing'>;
}

async function write({ schema, db }: ReadModel, chunk: readonly Transitions[]): Promise<void> {
  await db.query(
    `INSERT INTO ${schema}.transition (${columnNames(TRANSITION)}) SELECT r.* FROM ${rowsFrom(TRANSITION, 1)}`,
    columnTexts<Row>(
      TRANSITION,
      chunk.flatMap(({ rows }) => rows),
    ),
  );
  const standings = chunk.map(({ standing }) => standing).filter(({ last_standing: last }) => last !== null);
  await db.query(
    `UPDATE ${schema}.task t SET last_standing = r.last_standing
     FROM ${rowsFrom(STANDING, 1)} WHERE t.task_key = r.task_key`,
    columnTexts(STANDING, standings),
  );
}

/** The transitions of each task, task by task. */
async function* tasksIn(model: ReadModel): AsyncGenerator<Transitions> {
  let life = new Life('');
  for await (const row of inOrder(keptIn(model, 'history', HISTORY), keptIn(model, 'parked', PLACE))) {
    if (life.key !== row.task_key) {
      if (life.key !== '') yield life.end();
      life = new Life(row.task_key);
    }
    life.add(row);
  }
  if (life.key !== '') yield life.end();
}

function keptIn(model: ReadModel, table: 'history' | 'parked', columns: ColumnTypes<Kept>): AsyncGenerator<Kept> {
  const where = `task_key IS NOT NULL${table === 'parked' ? ` AND topic = '${TOPICS.events}'` : ''}`;
  const large = table === 'history' ? (['data', 'value'] as const) : [];
  const order = ['task_key', 'partition', 'offset'] as const;
  return scanRows<Kept>({ model, table, columns, where, order, large: large as readonly never[] });
}

/** Both by task, and each task in the order of the log. */
async function* inOrder(one: AsyncGenerator<Kept>, other: AsyncGenerator<Kept>): AsyncGenerator<Kept> {
  let [a, b] = [await one.next(), await other.next()];
  while (a.done !== true || b.done !== true) {
    const isFirst = b.done === true || (a.done !== true && isBefore(a.value, b.value));
    if (isFirst && a.done !== true) {
      yield a.value;
      a = await one.next();
    } else if (b.done !== true) {
      yield b.value;
      b = await other.next();
    }
  }
}

function isBefore(a: Kept, b: Kept): boolean {
  return a.task_key === b.task_key ? a.offset < b.offset : a.task_key < b.task_key;
}

/** One task's records, in the order of the log. */
class Life {
  private state: TaskState = initialState;
  private readonly waiting: TaskEvent[] = [];
  private readonly open = new Set<number>();
  private readonly ended = new Set<number>();
  private readonly received = new Set<number>();
  private parked = 0;
  private standing: TaskStanding | null = null;
  private readonly rows: Row[] = [];

  constructor(readonly key: Bytes) {}

  add(row: Kept): void {
    this.pass(row);
    if (!('event_id' in row)) {
      this.parked += 1;
      return;
    }
    const event = eventOf(row);
    this.waiting.push(event);
    if (event.type !== RECEIVED || this.received.has(event.hearing.rawOffset)) return;
    this.received.add(event.hearing.rawOffset);
    if (this.open.size === 0) this.compare(row, event);
  }

  end(): Transitions {
    const view = describeTask(this.folded(), this.parked, this.open.size > 0);
    const last_standing = standingText(this.standing, standingColumns(view, this.open.size > 0));
    return { rows: this.rows, standing: { task_key: this.key, last_standing } };
  }

  private pass({ raw_offset: raw, type }: Kept): void {
    if (raw === null) return;
    if (type === RECEIVED) {
      this.ended.add(raw);
      this.open.delete(raw);
    } else if (!this.ended.has(raw)) this.open.add(raw);
  }

  private compare({ offset, logged, partition }: Applied, event: TaskEvent): void {
    const { key: task, standing: previous } = this;
    const { account, task_id: taskId = '' } = event.data;
    const state = this.folded();
    const standing = fitStanding(state, this.parked);
    if (isSameStanding(standing, previous)) return;
    const { rawOffset } = event.hearing;
    const at = { record: { offset, logged }, rawOffset, task, account, taskId, version: this.received.size };
    this.rows.push({ partition, ...transitionRow({ ...at, state, standing, previous }) });
    this.standing = standing;
  }

  private folded(): TaskState {
    this.state = fold(this.state, this.waiting.splice(0));
    return this.state;
  }
}

/** Rows of history are events that were applied. */
function eventOf(row: Applied): TaskEvent {
  const decoded = fromEventText(historyText(row));
  if (!decoded.ok) throw new Error(`the row of history at offset ${row.offset} is no event: ${decoded.reason}`);
  return decoded.event;
}
