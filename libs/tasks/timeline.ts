import type { TaskEventType } from './task-events';

/**
 * Remarks on one task's history in log order. They are properties of how it was heard and no part of the state, which
 * does not depend on order.
 *
 * - `duplicate`: the same fact was heard before, in another notification.
 * - `late`: a lower status after an earlier notification had told a higher one.
 * - `reopened`: processing after an earlier notification had told the task finished.
 * - `parked`: the event could not be applied.
 */
export const ANNOTATIONS = ['duplicate', 'late', 'reopened', 'parked'] as const;
export type Annotation = (typeof ANNOTATIONS)[number];

/** What the timeline needs to know of one record of the event log. */
export interface TimelineEntry {
  readonly id: string;
  /** Null for a parked event of a type that is not known. */
  readonly type: TaskEventType | null;
  /** Id of the notification the event was derived from. */
  readonly causationId: string;
  readonly subtaskKey: string | null;
  readonly parked: boolean;
}

export interface AnnotatedEntry {
  readonly annotations: readonly Annotation[];
  /** The same event of the same notification, once more on the log: nothing was heard, so it is not shown. */
  readonly redelivery: boolean;
}

/** Annotates a task's whole history, given in log order; answers one item per entry. */
export function annotate(history: readonly TimelineEntry[]): readonly AnnotatedEntry[] {
  const causations = new Map<string, Set<string>>();
  const heights = new Map<string | null, Height>();
  return history.map((entry) => {
    const heard = causations.get(entry.id) ?? new Set();
    causations.set(entry.id, heard);
    const redelivery = heard.has(entry.causationId);
    const duplicate = heard.size > 0 && !redelivery;
    heard.add(entry.causationId);
    if (entry.parked) return { annotations: duplicate ? ['duplicate', 'parked'] : ['parked'], redelivery };
    const before = raise(heights, entry);
    const level = levelOf(entry);
    const annotations: Annotation[] = [];
    if (duplicate) annotations.push('duplicate');
    if (level < before) annotations.push('late');
    if (entry.type === 'task.started' && before === FINISHED) annotations.push('reopened');
    return { annotations, redelivery };
  });
}

const FINISHED = 3;

/** The status each event tells, as a level; 0 where it tells none. */
const LEVELS: Readonly<Record<TaskEventType, number>> = {
  'notification.received': 0,
  'task.reported': 0,
  'task.queued': 1,
  'task.started': 2,
  'task.finished': FINISHED,
  'media.probed': 0,
  'subtask.reported': 0,
  'subtask.queued': 1,
  'subtask.started': 2,
  'subtask.progressed': 2,
  'subtask.succeeded': FINISHED,
  'subtask.failed': FINISHED,
  'subtask.counted': 0,
};

function levelOf(entry: TimelineEntry): number {
  return entry.type === null ? 0 : LEVELS[entry.type];
}

/** The highest level told so far, by whom, and the highest told by anybody else: one notification is one moment, so it is never late by itself. */
interface Height {
  readonly level: number;
  readonly by: string;
  readonly byOthers: number;
}

/** Notes what an entry tells; answers the highest level that other notifications had told before it, 0 for none. */
function raise(heights: Map<string | null, Height>, entry: TimelineEntry): number {
  const level = levelOf(entry);
  if (level === 0) return 0;
  const height = heights.get(entry.subtaskKey);
  if (height === undefined) {
    heights.set(entry.subtaskKey, { level, by: entry.causationId, byOthers: 0 });
    return 0;
  }
  const before = height.by === entry.causationId ? height.byOthers : height.level;
  heights.set(entry.subtaskKey, raised(height, level, entry.causationId));
  return before;
}

function raised(height: Height, level: number, by: string): Height {
  if (by === height.by) return { ...height, level: Math.max(level, height.level) };
  if (level > height.level) return { level, by, byOthers: height.level };
  return { ...height, byOthers: Math.max(level, height.byOthers) };
}
