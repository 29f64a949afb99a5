export { Checkpoint } from './checkpoint';
export { HistoryEntry } from './history-entry';
export { Notification } from './notification';
export { ParkedRecord } from './parked-record';
export { Projection } from './projection';
export { Subtask } from './subtask';
export { Task } from './task';
export { TaskStateRow } from './task-state';
