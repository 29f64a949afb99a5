import { Type } from 'typebox';
import { OUTCOMES, TASK_KINDS, TASK_STATUSES } from '@mps-ledger/tasks';
import { POSITION_PATTERN, RECEIPT_PATTERN } from '@mps-ledger/records';
import { LONGEST_CURSOR } from '../http/cursor';
import { DEFAULT_LIMIT, HIGHEST_LIMIT } from '../http/paging';
import type { Parameter } from '../http/parameters';

const ACCOUNT_NAME = '^[a-z0-9][a-z0-9-]{0,62}$';
const ACCOUNT_ALLOWED = 'an account: 1 to 63 characters of a-z 0-9 -, not beginning with -';
/** RFC 3339 of the years 0001 to 9999, also in UTC; the format checks that the day exists in its month. */
const INSTANT_PATTERN =
  '^(?!0000)(?!(?:0001|9999).*[+-]\\d\\d:\\d\\d$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])[Tt]' +
  '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$';
const INSTANT = Type.String({ format: 'date-time', pattern: INSTANT_PATTERN });
const INSTANT_ALLOWED = 'a time like 2026-11-22T09:00:00Z (RFC 3339; a + must be sent as %2B)';

function oneOf(words: readonly string[], description: string) {
  return { schema: Type.Enum([...words]), description, allowed: `one of ${words.join(', ')}` };
}

const words = (maxLength: number) => Type.String({ minLength: 1, maxLength });

const limit = {
  schema: Type.Integer({ minimum: 1, maximum: HIGHEST_LIMIT, default: DEFAULT_LIMIT }),
  description: 'Items on a page at most. A page may hold fewer and not be the last: only next_cursor says.',
  allowed: `a whole number from 1 to ${HIGHEST_LIMIT}`,
};
const cursor = {
  schema: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: LONGEST_CURSOR }),
  description: 'The next_cursor of the page before, as it is. It carries the filter, which need not be given again.',
  allowed: 'the next_cursor of the page before',
};
const account = {
  schema: Type.String({ pattern: ACCOUNT_NAME }),
  description: 'Only of this account. Default: all accounts.',
  allowed: ACCOUNT_ALLOWED,
};
const ofAccount = {
  schema: Type.String({ pattern: ACCOUNT_NAME, default: 'default' }),
  description: 'The account of the task.',
  allowed: ACCOUNT_ALLOWED,
};
/** The position that the rows of an answer must have reached; on every read. */
export const MIN_POSITION = {
  schema: Type.String({ pattern: POSITION_PATTERN }),
  description:
    'Answer only from rows that have reached this position. Waits for that as long as "Prefer: wait=N" says; 503 read-model-behind otherwise.',
  allowed:
    'a position, as Ledger-Position gives it (p1.<log id>.<L>.<M>.<offset of each partition, joined by ->.<check>)',
};
const kind = oneOf(TASK_KINDS, 'Only of this kind of task.');

/** The query parameters of each operation: for reading requests, and for the contract. */
export const TASK_PARAMETERS = {
  account: ofAccount,
  receipt: {
    schema: Type.String({ pattern: RECEIPT_PATTERN }),
    description:
      'Read your write: answer only once the notification of this receipt is applied. Waits for that as long as "Prefer: wait=N" says; 503 read-model-behind otherwise.',
    allowed: 'a receipt, as ingest answers it (r1.<log id>.<L>.<partition>.<offset>.<check>)',
  },
  until: oneOf(
    ['finished'],
    'Wait, as long as "Prefer: wait=N" says, until the task is finished (also one that is not known yet). At the timeout its state is answered.',
  ),
  min_position: MIN_POSITION,
};

export const HISTORY_PARAMETERS = { account: ofAccount, limit, cursor, min_position: MIN_POSITION };

export const TASKS_FILTERS = {
  account,
  status: oneOf(TASK_STATUSES, 'Only tasks of this status.'),
  outcome: oneOf(OUTCOMES, 'Only finished tasks with this outcome.'),
  kind,
  error_code: {
    schema: words(200),
    description:
      'Only tasks that show this ErrCode: their own, that of a subtask, or that of an end that competes with another (ends). 0 is no error, and asks for tasks that ended with 0 themselves.',
    allowed: 'an ErrCode of at most 200 characters',
  },
  session_id: {
    schema: words(1000),
    description: 'Only tasks with this SessionId. The first 200 characters are compared.',
    allowed: 'a SessionId of 1 to 1,000 characters',
  },
  received_after: {
    schema: INSTANT,
    description: 'Only tasks first received at or after this time.',
    allowed: INSTANT_ALLOWED,
  },
  received_before: {
    schema: INSTANT,
    description: 'Only tasks first received before this time.',
    allowed: INSTANT_ALLOWED,
  },
};

export const TASKS_PARAMETERS = { ...TASKS_FILTERS, limit, cursor, min_position: MIN_POSITION };

export const NOTIFICATIONS_FILTERS = {
  state: {
    ...oneOf(
      ['derived', 'rejected'],
      'Only notifications of this state. A notification that is received and not derived yet is in no list: get it by its receipt.',
    ),
    instead: {
      received:
        'A notification that is received and not derived yet is on the log only, and in no list: get it by its receipt, /v1/notifications/{receipt}, which answers state "received".',
    },
  },
  kind,
  account,
};

export const NOTIFICATIONS_PARAMETERS = { ...NOTIFICATIONS_FILTERS, limit, cursor, min_position: MIN_POSITION };

/** Of `/readyz`, which the platform serves. */
export const READINESS_PARAMETERS = {
  verbose: {
    schema: Type.Enum(['', 'true', 'false']),
    description:
      'List the checks. Reasons are shown where the listener is on loopback without keys, or to clients that send a key.',
    allowed: 'without a value, or true or false',
  },
};

const UUID_V7 = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-7[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';

/** A notification is named by its receipt, or by its id. */
export const NOTIFICATION_ID_PATTERN = `^${UUID_V7}$`;
export const NOTIFICATION_NAME = Type.String({ pattern: `${RECEIPT_PATTERN}|${NOTIFICATION_ID_PATTERN}` });

export const NOTIFICATION_PARAMETERS = { min_position: MIN_POSITION };

export const NO_PARAMETERS: Readonly<Record<string, Parameter>> = {};
