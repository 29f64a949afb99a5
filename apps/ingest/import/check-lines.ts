import { hash } from 'node:crypto';
import { readDelivered } from '../sources/read-delivered';
import { examineLine, refuseExport, type BadLines } from './bad-lines';
import type { FoundInFile } from './import-result';
import type { InputLine } from '@mps-ledger/exports';

export interface LineCheck {
  readonly notifications: () => number;
  readonly empty: () => number;
  readonly check: (line: InputLine) => void;
  readonly found: () => FoundInFile;
}

/** Tasks that are told apart, and event types that are counted by name. */
const MAX_TASKS = 1_000_000;
const MAX_TYPES = 100;
const OTHER_TYPES = 'others';

/** Reads lines as an import does and counts what they are about, without a ledger. Memory is bounded. */
export function makeLineCheck(bad: BadLines, maxBytes: number): LineCheck {
  const tasks = new Set<string>();
  const types = new Map<string, number>();
  const counts = { notifications: 0, empty: 0, withoutTask: 0 };
  const addType = (type: string): void => {
    const name = types.has(type) || types.size < MAX_TYPES ? type : OTHER_TYPES;
    types.set(name, (types.get(name) ?? 0) + 1);
  };
  const addTask = (taskId: string | null): void => {
    if (taskId === null) counts.withoutTask += 1;
    else if (tasks.size < MAX_TASKS) tasks.add(hash('sha256', taskId, 'base64').slice(0, 16));
  };
  return {
    notifications: () => counts.notifications,
    empty: () => counts.empty,
    found: () => ({
      ...{ tasks: tasks.size, tasks_capped: tasks.size >= MAX_TASKS, without_task: counts.withoutTask },
      event_types: Object.fromEntries(types),
    }),
    check(line) {
      refuseExport(line);
      const examined = examineLine(line, maxBytes);
      if (examined.outcome === 'empty') counts.empty += 1;
      if (examined.outcome === 'bad') bad.add(line, examined);
      if (examined.outcome !== 'full') return;
      const { delivered, eventType, unread } = readDelivered(examined.bytes);
      if (unread !== undefined) {
        bad.add(line, unread);
        return;
      }
      counts.notifications += 1;
      for (const { taskId } of delivered) addTask(taskId);
      addType(eventType ?? 'none');
    },
  };
}
