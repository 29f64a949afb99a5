export { checkProperty } from './check-property';
export { anyEvent, event, heardAgain, subtask } from './task-events';
export type { HeardAs } from './task-events';
