export { anyText } from './any-text';
export { checkAsyncProperty, checkProperty } from './check-property';
export { eventually } from './eventually';
export type { EventuallyOptions } from './eventually';
export { batchesWith, fetchAnswer, fetchRequest, kafkaBytes, recordsOf } from './kafka-frames';
export { anyEvent, event, heardAgain, subtask } from './task-events';
export type { HeardAs } from './task-events';
export { respelled } from './respelled';
export { anyDerivingSteps, anyNotificationsAbout } from './deriving-schedules';
