import {
  rowsOfTask,
  TABLES_BY_TASK,
  type AnyRow,
  type Bytes,
  type ComparedTable,
  type ReadModel,
} from '@mps-ledger/read-model';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import { aroundDifference, shownValue, type DifferingTask, type ValueDifference } from './differences';
import { eventsOf, type History } from './events-behind';
import { differingNames, shownValues, type TaskValues } from './task-values';

/** Values that are listed of one task. */
const LISTED_VALUES = 20;
/** Rows of one table that are looked at, of one task. */
const MOST_ROWS = 5_000;

const ROW_OF_TASK = 'row of the task';

interface Given {
  readonly from: ReadModel;
  readonly to: ReadModel;
  readonly positionOf: (place: { readonly partition: number; readonly offset: number }) => string;
}

type RowsByTable = ReadonlyMap<string, readonly AnyRow[]>;

/** Says how two builds have one task differently: as readers see it, then in rows that they do not see. */
export async function explainTask({ from, to, positionOf }: Given, key: Bytes): Promise<DifferingTask> {
  const [before, after] = [await readRows(from, key), await readRows(to, key)];
  const history: History = { rows: [...rowsIn(before, 'history'), ...rowsIn(after, 'history')], positionOf };
  const shown = shownDifferences(before, after, history);
  const names = new Set(shown.map(({ value }) => `${ROW_OF_TASK}: ${value}`));
  const values = [...shown, ...rowDifferences(before, after, history).filter(({ value }) => !names.has(value))];
  const [task] = [...rowsIn(before, 'task'), ...rowsIn(after, 'task')];
  return {
    task_key: key,
    account: textOf(task?.['account']),
    task_id: textOf(task?.['task_id']),
    values: values.slice(0, LISTED_VALUES),
    more: Math.max(0, values.length - LISTED_VALUES),
  };
}

async function readRows(model: ReadModel, key: Bytes): Promise<RowsByTable> {
  const found = new Map<string, readonly AnyRow[]>();
  for (const table of TABLES_BY_TASK) {
    const rows: AnyRow[] = [];
    for await (const row of rowsOfTask(model, table, key)) {
      rows.push(row);
      if (rows.length === MOST_ROWS) break;
    }
    found.set(table.name, rows);
  }
  return found;
}

const rowsIn = (rows: RowsByTable, table: string): readonly AnyRow[] => rows.get(table) ?? [];
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function shownDifferences(before: RowsByTable, after: RowsByTable, history: History): ValueDifference[] {
  const [from, to] = [shownOf(before), shownOf(after)];
  const missing = WHOLE.find((name) => from.has(name) || to.has(name));
  const names = missing === undefined ? differingNames(from, to) : [missing];
  return names
    .filter((name) => name !== 'state_digest' || isOnly(from, to, name))
    .map((name) => {
      const sides = {
        from: shownValue(from.get(name) ?? IS_THERE[name]),
        to: shownValue(to.get(name) ?? IS_THERE[name]),
      };
      return { value: name, ...sides, events: eventsOf(history, name) };
    });
}

/** In place of all values where there are none. */
const WHOLE = ['task', 'state'];
const IS_THERE: Readonly<Record<string, string>> = { task: 'is there', state: 'can be read' };

/** A digest differs with every value; it is worth a line where nothing else does. */
function isOnly(from: TaskValues, to: TaskValues, name: string): boolean {
  return differingNames(from, to).every((other) => other === name);
}

function shownOf(rows: RowsByTable): TaskValues {
  const [task] = rowsIn(rows, 'task');
  const [state] = rowsIn(rows, 'task_state');
  if (task === undefined) return new Map([['task', 'is not there']]);
  if (state !== undefined && state['fold_version'] !== FOLD_VERSION) return new Map();
  try {
    return shownValues(task, textOf(state?.['state']));
  } catch (error) {
    return new Map([['state', `cannot be read: ${error instanceof Error ? error.message : String(error)}`]]);
  }
}

function rowDifferences(before: RowsByTable, after: RowsByTable, history: History): ValueDifference[] {
  return TABLES_BY_TASK.flatMap((table) => {
    const [from, to] = [byKey(table, rowsIn(before, table.name)), byKey(table, rowsIn(after, table.name))];
    return [...new Set([...from.keys(), ...to.keys()])].flatMap((key) =>
      columnsOf(table, from.get(key), to.get(key)).map((column): ValueDifference => {
        const [one, other] = sidesOf(from.get(key), to.get(key), column);
        const row = from.get(key) ?? to.get(key) ?? {};
        const name = `${nameOf(table, row, history)}${column === '' ? '' : `: ${column}`}`;
        return { value: name, from: one, to: other, events: eventsOf(history, name, row) };
      }),
    );
  });
}

/** Columns that differ; one without a name where a row is on one side only. */
function columnsOf({ table }: ComparedTable, from: AnyRow | undefined, to: AnyRow | undefined): readonly string[] {
  if (from === undefined || to === undefined) return [''];
  return Object.keys(table.columns).filter((name) => !Object.is(from[name], to[name]));
}

function sidesOf(
  from: AnyRow | undefined,
  to: AnyRow | undefined,
  column: string,
): readonly [string | null, string | null] {
  if (column === '') return [from === undefined ? null : 'a row', to === undefined ? null : 'a row'];
  const [one, other] = [from?.[column], to?.[column]];
  if (typeof one !== 'string' || typeof other !== 'string') return [shownValue(one), shownValue(other)];
  return one.length + other.length > 200 ? aroundDifference(one, other) : [shownValue(one), shownValue(other)];
}

function byKey({ table }: ComparedTable, rows: readonly AnyRow[]): ReadonlyMap<string, AnyRow> {
  return new Map(rows.map((row) => [JSON.stringify(table.key.map((name) => row[name])), row]));
}

/** A row for people: `row of subtask Transcode:10:`, `history e1.…`. */
function nameOf({ name }: ComparedTable, row: AnyRow, { positionOf }: History): string {
  const { partition, offset, key, code, error_code: errorCode } = row;
  if (name === 'task') return ROW_OF_TASK;
  if (name === 'task_state') return 'stored state';
  if (name === 'subtask') return `row of subtask ${String(key)}`;
  if (typeof partition === 'number' && typeof offset === 'number')
    return `${name} ${positionOf({ partition, offset })}`;
  const which = [code, errorCode, row['group_key'], row['key_digest']].find((one) => typeof one === 'string') ?? '';
  return `row of ${name}${which === '' ? '' : ` ${which}`}`;
}
