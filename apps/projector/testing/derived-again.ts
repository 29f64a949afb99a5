import type { TaskEvent, Trust } from '@mps-ledger/tasks';
import { PartitionLog, taskIdIn, transcode, workflow } from './partition-log';

/** What one of several processes does that derive the same raw log, each serially and without knowing of the others. */
export interface Step {
  readonly process: number;
  /** It restarts so many raw records before the resume position of the log; null: it does not restart. */
  readonly restartBefore: number | null;
  /** Records that it appends at once: perhaps parts of several notifications, perhaps none. */
  readonly records: number;
  /** It does not hear that they were appended, and appends them again. */
  readonly again: boolean;
}

interface Process {
  raw: number;
  event: number;
}

/**
 * The event log that some steps make of raw records, each given as the events that follow from it; in the end everything is
 * derived. A process starts behind the raw record of the log's last `notification.received`, or before.
 */
export function derivedBy(steps: readonly Step[], rawOffsets: readonly (readonly TaskEvent[])[]): readonly TaskEvent[] {
  const log: TaskEvent[] = [];
  const processes = new Map<number, Process>();
  for (const { process: name, restartBefore, records, again } of steps) {
    const known = restartBefore === null ? processes.get(name) : undefined;
    const process = known ?? { raw: Math.max(0, resumption(log, rawOffsets) - (restartBefore ?? 0)), event: 0 };
    processes.set(name, process);
    const appended = next(process, rawOffsets, records);
    log.push(...appended, ...(again ? appended : []));
  }
  log.push(...rawOffsets.slice(resumption(log, rawOffsets)).flat());
  return log;
}

function resumption(log: readonly TaskEvent[], rawOffsets: readonly (readonly TaskEvent[])[]): number {
  const last = log.findLast(({ type }) => type === 'notification.received');
  return last === undefined ? 0 : rawOffsets.findIndex((events) => events.at(-1)?.id === last.id) + 1;
}

/** The next so many events of a process. */
function next(process: Process, rawOffsets: readonly (readonly TaskEvent[])[], records: number): readonly TaskEvent[] {
  const events: TaskEvent[] = [];
  for (let of = rawOffsets[process.raw]; of !== undefined && events.length < records; of = rawOffsets[process.raw]) {
    events.push(...of.slice(process.event, process.event + 1));
    process.event += 1;
    if (process.event === of.length) Object.assign(process, { raw: process.raw + 1, event: 0 });
  }
  return events;
}

/** The partition of it all. */
export const PARTITION = 1;
/** Two tasks, and none. */
export const TASKS = ['a', 'b', null].map((name) => name && taskIdIn(PARTITION, name));

/** A notification about one of them, as a spec sends it. */
export interface SentAbout {
  readonly task: string | null;
  readonly status: string;
  /** How each subtask stands. */
  readonly subtasks: readonly string[];
  /** Default: that of `PartitionLog`. */
  readonly trust?: Trust;
}

/** The events of each as a raw record of its own. */
export function rawsOf(sent: readonly SentAbout[]): readonly (readonly TaskEvent[])[] {
  const log = new PartitionLog(PARTITION);
  return sent.map(({ task, status, subtasks, trust }) => {
    const transcodes = subtasks.map((end, n) => transcode(n + 1, end));
    const body = task === null ? { EventType: 'BatchTask' } : workflow(task, status, transcodes);
    return log.notify({ body, ...(trust !== undefined && { trust }) });
  });
}
