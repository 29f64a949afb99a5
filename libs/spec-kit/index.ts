export { anyText } from './any-text';
export { checkAsyncProperty, checkProperty } from './check-property';
export { eventually } from './eventually';
export type { EventuallyOptions } from './eventually';
export { batchesWith, fetchAnswer, fetchRequest, kafkaBytes, recordsOf } from './kafka-frames';
export { anyEvent, event, withHearing, subtask } from './task-events';
export type { HearingOverrides } from './task-events';
export { withMembers } from './with-members';
export { anyDerivingSteps, anyNotificationsAbout } from './deriving-schedules';
