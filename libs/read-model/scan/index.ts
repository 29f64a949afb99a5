export { readCheckpoints } from './checkpoints';
export type { CheckpointRow } from './checkpoints';
export { openSnapshot } from './snapshot';
export type { Snapshot } from './snapshot';
export {
  findStrays,
  scanErrorCodes,
  scanHistory,
  scanHistoryByTask,
  scanLiveItems,
  scanNotifications,
  scanParked,
  scanParkedByTask,
  scanStates,
  scanSubtasks,
  scanTasks,
} from './tables';
export type { InPartition, StateRow, Stray } from './tables';
export { readStates } from './task-states';
export type { DescribedState } from './task-states';
