import {
  HISTORY_PARAMETERS,
  NO_PARAMETERS,
  NOTIFICATION_PARAMETERS,
  NOTIFICATION_NAME,
  NOTIFICATIONS_PARAMETERS,
  READINESS_PARAMETERS,
  TASK_PARAMETERS,
  TASKS_PARAMETERS,
} from './parameters';
import { TASK_EVENT_TYPES } from '@mps-ledger/tasks';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import type { Parameters } from '../http/parameters';
import type { ANSWERS } from './answers';

export interface PathParameter {
  readonly description: string;
  readonly schema: TSchema;
}

/** One operation of the contract; all are GET. */
export interface Operation {
  /** As in OpenAPI: `/v1/tasks/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly pathParameters?: Readonly<Record<string, PathParameter>>;
  readonly query: Parameters;
  /** Request header fields that matter, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: keyof typeof ANSWERS | 'text';
  /** It reads the read model: has the headers of freshness, and may be 503. */
  readonly reads: boolean;
  /** Further answers: by status, the problem codes and when. `null`: an answer without a body. */
  readonly others?: Readonly<Record<string, string>>;
  /** Whether it needs a key where the API has keys; `optional`: a client with a key gets more. Default `required`. */
  readonly key?: 'required' | 'optional' | 'none';
  /** It has pages: `Link` names the next. */
  readonly paged?: boolean;
  /** It has an entity tag. */
  readonly tagged?: boolean;
  /** It honours `Prefer: wait`. */
  readonly waits?: boolean;
}

const TASK_ID: PathParameter = {
  schema: Type.String({ minLength: 1 }),
  description:
    'TaskId: any string, percent-encoded as UTF-8 (slashes as %2F; a lone surrogate as its three bytes, such as %ED%A0%80). Clients that rewrite paths cannot spell the TaskIds "." and ".."',
};
const BAD_PARAMETER =
  '`bad-parameter`, `malformed-url`: errors[] says which parameter, the given value, the allowed values';

const RECEIPT =
  'The receipt that ingest answered: r1.<log id>.<L>.<partition>.<offset>.<check>, where L is the generation of the log, and the check is the first 6 hex digits of the SHA-256 of the notification id as text';
const GONE_RECEIPT =
  '`receipt-of-another-log`: it was issued by another log or log generation, and will never be found here; `receipt-of-another-record`: its place now holds another record, since the log was set back afterwards';

const GONE_POSITION =
  '`position-reset`: the events before min_position are not those that it was made of, since the log was set back afterwards; `position-of-another-log`, `position-of-another-generation`: its offsets are of other topics';
/** For operations that wait for a position only. */
const PREFER = { Prefer: '`wait=N` (RFC 7240): with min_position, wait up to N seconds; 60 at most' };

export const OPERATIONS: readonly Operation[] = [
  {
    path: '/v1/tasks/{id}',
    id: 'getTask',
    summary: 'One task',
    pathParameters: { id: TASK_ID },
    query: TASK_PARAMETERS,
    headers: {
      Prefer: '`wait=N` (RFC 7240): with receipt, until or min_position, wait up to N seconds; 60 at most',
      'If-None-Match': 'The ETag of an earlier answer: 304 if nothing changed',
    },
    answer: 'Task',
    reads: true,
    tagged: true,
    waits: true,
    others: {
      400: `${BAD_PARAMETER}; \`receipt-without-partition\``,
      404: '`task-not-found`; `notification-not-found`: no notification is at the place of the receipt',
      410: `${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  },
  {
    path: '/v1/tasks/{id}/history',
    id: 'getTaskHistory',
    summary: 'The history of one task, in the order of the log',
    description:
      'Every record of the event log that concerns the task, annotated as applied or parked, late, repeated or reopened, with its event byte for byte as on the log. A record that is on the log twice is shown once.',
    pathParameters: { id: TASK_ID },
    query: HISTORY_PARAMETERS,
    headers: PREFER,
    waits: true,
    answer: 'History',
    reads: true,
    paged: true,
    others: { 400: BAD_PARAMETER, 404: '`task-not-found`', 410: GONE_POSITION },
  },
  {
    path: '/v1/tasks',
    id: 'listTasks',
    summary: 'Tasks, newest first',
    query: TASKS_PARAMETERS,
    headers: PREFER,
    waits: true,
    answer: 'TaskList',
    reads: true,
    paged: true,
    others: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  },
  {
    path: '/v1/notifications/{receipt}',
    id: 'getNotification',
    summary: 'The state of one notification',
    pathParameters: {
      receipt: {
        schema: NOTIFICATION_NAME,
        description: `${RECEIPT}, or the id of a notification (rejected ones have no receipt)`,
      },
    },
    query: NOTIFICATION_PARAMETERS,
    headers: PREFER,
    waits: true,
    answer: 'Notification',
    reads: true,
    others: {
      400: '`bad-receipt`, `receipt-without-partition`, `bad-parameter`',
      404: '`notification-not-found`',
      410: `${GONE_RECEIPT}; ${GONE_POSITION}`,
    },
  },
  {
    path: '/v1/notifications',
    id: 'listNotifications',
    summary: 'Derived and rejected notifications, newest first',
    description:
      'The headers say how fresh the derived ones are. Rejected ones come by another topic and may appear a moment later.',
    query: NOTIFICATIONS_PARAMETERS,
    headers: PREFER,
    waits: true,
    answer: 'NotificationList',
    reads: true,
    paged: true,
    others: { 400: BAD_PARAMETER, 410: GONE_POSITION },
  },
  {
    path: '/schemas',
    id: 'listSchemas',
    summary: "The schemas of events' data",
    query: NO_PARAMETERS,
    answer: 'SchemaIndex',
    reads: false,
    others: { 400: BAD_PARAMETER },
  },
  {
    path: '/schemas/{type}/{version}.json',
    id: 'getSchema',
    summary: "The JSON Schema of one event type's data",
    pathParameters: {
      type: { schema: Type.Enum([...TASK_EVENT_TYPES]), description: 'Event type' },
      version: { schema: Type.String({ pattern: '^[1-9]\\d{0,3}$' }), description: 'Such as 1' },
    },
    query: NO_PARAMETERS,
    answer: 'JsonSchema',
    reads: false,
    others: { 400: BAD_PARAMETER, 404: '`schema-not-found`' },
  },
  {
    path: '/openapi.json',
    id: 'getContract',
    summary: 'This document',
    query: NO_PARAMETERS,
    answer: 'OpenApi',
    reads: false,
    others: { 400: BAD_PARAMETER },
  },
  {
    path: '/livez',
    id: 'getLiveness',
    summary: 'Liveness',
    query: NO_PARAMETERS,
    answer: 'Alive',
    reads: false,
    key: 'none',
  },
  {
    path: '/readyz',
    id: 'getReadiness',
    summary: 'Readiness; ?verbose lists the checks',
    description: 'Unknown parameters are ignored.',
    query: READINESS_PARAMETERS,
    answer: 'Readiness',
    reads: false,
    key: 'optional',
    others: { 400: '`bad-parameter`' },
  },
  {
    path: '/metrics',
    id: 'getMetrics',
    summary: 'Metrics for Prometheus',
    query: NO_PARAMETERS,
    answer: 'text',
    reads: false,
  },
];
