export { makeCheckpointStore } from './checkpoint-store';
export { groupByTask, readRecords, type DecodedBatch } from './events/decode';
export { eventsProjection, rowsOf, type BatchNotifications, type LoadTasks } from './events/project-events';
export { cutAtNotification } from './events/whole-notifications';
export { EXPIRING, FOLLOWED } from './followed';
export { projectRejected } from './project-rejected';
export { projectWith, type ProgressAfterBatch, type RowsWriter } from './project-with';
export type { ProjectedRows, TasksToFold, ToRows } from './to-rows';
