import { Type } from 'typebox';
import { RECEIPT_PATTERN } from '@mps-ledger/records';
import { TASK_KINDS, TRUSTS } from '@mps-ledger/tasks';
import { orNull, page, textOrNull } from '../contract/schema-parts';

const notification = {
  receipt: orNull(Type.String({ pattern: RECEIPT_PATTERN }), 'Null for a rejected notification, which has none'),
  notification_id: textOrNull('UUIDv7; null while only received'),
  state: Type.Enum(['received', 'derived', 'rejected'], {
    description:
      'received: on the log according to its receipt (the log itself is not read), and not applied yet. ' +
      'derived: interpreted, and its events are applied. rejected: it is no notification',
  }),
  kind: orNull(Type.Enum([...TASK_KINDS]), 'Kind of task it is about; unknown where it could not be interpreted'),
  account: textOrNull('Account of its source'),
  task_id: textOrNull('Exact; null where it names none'),
  reason: textOrNull('Why it was rejected, or why nothing, or not all, could be read from it'),
  detail: textOrNull('More about the reason; of a derived one, how long before its arrival its Sign had expired'),
  digest: textOrNull('SHA-256 of its bytes, hex; of a rejected one, of the first 16 MiB'),
  size: orNull(Type.Integer({ minimum: 0 }), 'Bytes; null where not all of them were seen'),
  events: orNull(Type.Integer({ minimum: 0 }), 'Events derived from it, besides notification.received'),
  source: textOrNull(
    'Id of the configured source that it came by; null while only received, and where an earlier build derived it',
  ),
  trust: orNull(Type.Enum([...TRUSTS]), 'How far it can be believed, by the way it came; null while only received'),
  received: orNull(Type.String({ format: 'date-time' }), 'When it was received'),
};

/** The members of a notification. */
export const NOTIFICATION_FIELDS = Object.keys(notification);

/** The schemas of the answers about notifications. */
export const NOTIFICATION_SCHEMAS = {
  Notification: Type.Object(notification, { description: 'The state of a notification' }),
  NotificationFields: Type.Partial(Type.Object(notification), {
    description: 'The members of a notification that were asked for by fields',
  }),
  NotificationList: page('Notification', 'NotificationFields'),
} as const;
