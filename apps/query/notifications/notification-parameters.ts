import { Type } from 'typebox';
import { RECEIPT_PATTERN } from '@mps-ledger/records';
import { TRUSTS } from '@mps-ledger/tasks';
import {
  account,
  cursor,
  fields,
  instant,
  kind,
  limit,
  min_position,
  oneOf,
  several,
  yesOrNo,
} from '../http/parameters';
import { NOTIFICATION_FIELDS } from './notification-schemas';

const UUID_V7 = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';

/** A notification is named by its receipt, or by its id. */
export const NOTIFICATION_ID_PATTERN = `^${UUID_V7}$`;
export const NOTIFICATION_NAME = Type.String({ pattern: `${RECEIPT_PATTERN}|${NOTIFICATION_ID_PATTERN}` });

export const NOTIFICATION_PARAMETERS = { min_position };

export const NOTIFICATIONS_FILTERS = {
  state: {
    ...several(
      oneOf(
        ['derived', 'rejected'],
        'Only notifications of this state. A notification that is received and not derived yet is in no list: get it by its receipt.',
      ),
    ),
    instead: {
      received:
        'A notification that is received and not derived yet is on the log only, and in no list: get it by its receipt, /v1/notifications/{receipt}, which answers state "received".',
    },
  },
  kind,
  account,
  session_id: several({
    schema: Type.String({ minLength: 1, maxLength: 1000 }),
    description:
      'Only notifications with this SessionId, also those that name no task. The first 200 characters are compared.',
    allowed: 'a SessionId of 1 to 1,000 characters',
  }),
  source: several({
    schema: Type.String({ minLength: 1, maxLength: 200 }),
    description:
      'Only notifications that came by this configured source. Those that an earlier build derived do not say by which.',
    allowed: 'the id of a source: a text of 1 to 200 characters',
  }),
  trust: several(oneOf(TRUSTS, 'Only notifications that arrived with this trust.')),
  unattributed: yesOrNo('Only notifications that name no task, or only those that do.'),
  received_after: instant('Only notifications received at or after this time.'),
  received_before: instant('Only notifications received before this time.'),
};

export const NOTIFICATIONS_PARAMETERS = {
  ...NOTIFICATIONS_FILTERS,
  fields: fields(NOTIFICATION_FIELDS),
  ...{ limit, cursor, min_position },
};
