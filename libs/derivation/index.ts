export { DERIVED_LIMITS, eventsOfRecord, type DerivedEvent } from './events-of-record';
