export { schemaOfBuild, type BuildOrigin } from './builds';
export type { LogIdentity } from '@mps-ledger/event-log';
export {
  TOPICS,
  DEFAULT_ACCOUNT,
  LEDGER_LAYOUT,
  deriveGroup,
  forwardGroup,
  isAccount,
  partitionKey,
  projectGroup,
  rejectedGroup,
} from './topics';
export { stateDigest, stateTextDigest } from './state-digest';
export { StatesDigest } from './states-digest';
export { isInstant, sanitise } from './text';
export { header, type EncodedRecord, type StoredRecord } from './record';
export { formatReceipt, parseReceipt, RECEIPT_PATTERN, receiptCheck, type Receipt } from './receipt';
export {
  formatItemPosition,
  formatPosition,
  parseItemPosition,
  parsePosition,
  ITEM_POSITION_PATTERN,
  POSITION_PATTERN,
  positionCheck,
  type ItemPosition,
  type Position,
} from './position';
export { fromRawRecord, toRawRecord, trustOf, type RawNotification, type UnreadableRawRecord } from './raw-record';
export { fromRejectedRecord, toRejectedRecord, type RejectedNotification } from './rejected-record';
export { type DataSchema, type Schema } from './schema';
export { CURRENT_VERSION, SCHEMAS, schemaId, schemaOf, STATE_CHANGED_SCHEMA } from './schemas';
export {
  FAILED_SHOWN,
  STATE_CHANGED,
  stateChangeId,
  taskLinks,
  type FailedSubtask,
  type ShownStanding,
  type StateChangedData,
} from './state-changed';
export { faultOf, isTaskEventType } from './validation';
export { UPCASTERS, upcast, type Upcaster, type Upcasters } from './upcasters';
export {
  attributesOf,
  CLOUD_EVENT_TYPE_PREFIX,
  EVENT_HEADERS,
  eventText,
  subjectOf,
  subjectOfTask,
  type EventAttributes,
} from './cloud-event';
export { type EventSummary } from './event-summary';
export {
  decodeEvent,
  fromEventRecord,
  fromEventText,
  summaryOfRecord,
  toEventRecord,
  type DecodeResult,
  type DecodedRecord,
  type UndecodableRecord,
} from './event-record';
export {
  BROKEN_BYTES,
  DERIVED_LIMITS,
  eventsOfRecord,
  isOfBrokenRecord,
  notificationIdOf,
  receivedWithoutSource,
  type DerivedEvent,
} from './events-of-record';
