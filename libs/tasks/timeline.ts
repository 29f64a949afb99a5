import type { TaskEventType } from './task-events';

/**
 * Annotations of one task's history in log order. They depend on the order of arrival, and so are not part of the state.
 *
 * - `duplicate`: another notification reported the same fact before.
 * - `late`: a lower status than an earlier notification reported.
 * - `reopened`: processing, after an earlier notification reported the task as finished.
 * - `parked`: the event could not be applied.
 */
export const ANNOTATIONS = ['duplicate', 'late', 'reopened', 'parked'] as const;
export type Annotation = (typeof ANNOTATIONS)[number];

/** The input of the timeline for one record of the event log. */
export interface TimelineEntry {
  readonly id: string;
  /** Null for a parked event of an unknown type. */
  readonly type: TaskEventType | null;
  /** Id of the notification the event was derived from. */
  readonly causationId: string;
  readonly subtaskKey: string | null;
  readonly parked: boolean;
}

export interface AnnotatedEntry {
  readonly annotations: readonly Annotation[];
  /** The same event of the same notification was appended again; such an entry is not shown. */
  readonly redelivery: boolean;
}

/** Annotates a task's whole history, given in log order; returns one item per entry. */
export function annotate(history: readonly TimelineEntry[]): readonly AnnotatedEntry[] {
  const causations = new Map<string, Set<string>>();
  const heights = new Map<string | null, HighestLevel>();
  return history.map((entry) => {
    const known = causations.get(entry.id) ?? new Set();
    causations.set(entry.id, known);
    const redelivery = known.has(entry.causationId);
    const duplicate = known.size > 0 && !redelivery;
    known.add(entry.causationId);
    if (entry.parked) return { annotations: duplicate ? ['duplicate', 'parked'] : ['parked'], redelivery };
    const before = raiseLevel(heights, entry);
    const level = levelOf(entry);
    const annotations: Annotation[] = [];
    if (duplicate) annotations.push('duplicate');
    if (level < before) annotations.push('late');
    if (entry.type === 'task.started' && before === FINISHED) annotations.push('reopened');
    return { annotations, redelivery };
  });
}

const FINISHED = 3;

/** The status that each event type reports, as a level; 0 for none. */
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
  // Results are increments without a status of the task: those that arrive after the end are not late.
  'live.result-reported': 0,
  'live.ended': FINISHED,
};

function levelOf(entry: TimelineEntry): number {
  return entry.type === null ? 0 : LEVELS[entry.type];
}

/**
 * The highest level so far, the notification that reported it, and the highest level of all other notifications. A notification is
 * one moment, so its own events do not make each other late.
 */
interface HighestLevel {
  readonly level: number;
  readonly by: string;
  readonly byOthers: number;
}

/** Records the level of an entry; returns the highest level that other notifications reported before it, 0 for none. */
function raiseLevel(heights: Map<string | null, HighestLevel>, entry: TimelineEntry): number {
  const level = levelOf(entry);
  if (level === 0) return 0;
  const height = heights.get(entry.subtaskKey);
  if (height === undefined) {
    heights.set(entry.subtaskKey, { level, by: entry.causationId, byOthers: 0 });
    return 0;
  }
  const before = height.by === entry.causationId ? height.byOthers : height.level;
  heights.set(entry.subtaskKey, raisedLevel(height, level, entry.causationId));
  return before;
}

function raisedLevel(height: HighestLevel, level: number, by: string): HighestLevel {
  if (by === height.by) return { ...height, level: Math.max(level, height.level) };
  // Stryker disable next-line EqualityOperator: either notification told the highest status, and for both the others told it too
  if (level > height.level) return { level, by, byOthers: height.level };
  return { ...height, byOthers: Math.max(level, height.byOthers) };
}
