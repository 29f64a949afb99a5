export {
  BROKEN_BYTES,
  DERIVED_LIMITS,
  eventsOfRecord,
  isOfBrokenRecord,
  notificationIdOf,
  type DerivedEvent,
} from './events-of-record';
