export { MIGRATIONS_TABLE, dataSourceOptions, makeDataSource } from './data-source';
export {
  Checkpoint,
  HistoryEntry,
  Notification,
  ParkedRecord,
  Projection,
  Subtask,
  Task,
  TaskStateRow,
} from './entities';
export { knownSchema, migrate } from './migrate';
export { BY_CODE_POINT, PROJECTION, PROJECTION_CHANNEL, projectionSchema } from './schema';
export { taskKey } from './task-key';
