export { TOPICS, DEFAULT_ACCOUNT, isAccount, partitionKey } from './topics';
export { isInstant, sanitise } from './text';
export { type RecordRead, type RecordToAppend } from './record';
export {
  formatItemPosition,
  formatPosition,
  formatReceipt,
  parseItemPosition,
  parsePosition,
  parseReceipt,
  RECEIPT_PATTERN,
  receiptCheck,
  type ItemPosition,
  type Position,
  type Receipt,
} from './receipt';
export {
  fromRawRecord,
  toRawRecord,
  trustOf,
  type RawNotification,
  type RawProblem,
  type ReceivedNotification,
} from './raw-record';
export { fromRejectedRecord, toRejectedRecord, type RejectedNotification } from './rejected-record';
export { type DataSchema, type Schema } from './schema';
export { CURRENT_VERSION, SCHEMAS, schemaId, schemaOf } from './schemas';
export { faultOf, isTaskEventType } from './validation';
export { UPCASTERS, upcast, type Upcaster, type Upcasters } from './upcasters';
export { CLOUD_EVENT_TYPE_PREFIX, toCloudEvent, type CloudEvent } from './cloud-event';
export { decodeEvent, fromEventRecord, toEventRecord, type Decoded, type Undecodable } from './event-record';
