import { joinSubtasks, subtaskOfEvent } from './subtask';
import type { SubtaskEvent, SubtaskState } from './subtask';
import { evolve, initialState } from './task';
import type { TaskState } from './task';
import type { TaskEvent } from './task-events';

/** A fold whose events come in chunks, in the order of the log. */
export interface Folding {
  /** Adds the next events. */
  add(events: readonly TaskEvent[]): void;
  /** The state after all events so far; more may be added afterwards. */
  state(): TaskState;
}

/**
 * Folds a long history chunk by chunk; the result is that of `fold` over all events at once. What was folded is not copied with each
 * event, so that n events of any number of subtasks cost n.
 */
export function makeFolding(): Folding {
  const subtasks = new Map<string, SubtaskState>();
  let ofTask = initialState;
  return {
    add(events) {
      for (const event of events) {
        if (!isOfSubtask(event)) ofTask = evolve(ofTask, event);
        else {
          const known = subtasks.get(event.data.key);
          const said = subtaskOfEvent(event);
          subtasks.set(event.data.key, known === undefined ? said : joinSubtasks(known, said));
        }
      }
    },
    state: () => ({ ...ofTask, subtasks: new Map(subtasks) }),
  };
}

/** Whether the event is about one subtask, and changes nothing else of the task. */
export function isOfSubtask(event: TaskEvent): event is SubtaskEvent {
  return 'key' in event.data;
}
