import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX } from './cloud-event';
import { textIn, type EventMembers } from './event-members';
import { isTime, parseCount } from './text';

/** The identifying parts of an event record, as far as they can be read from a valid or invalid one. */
export interface EventSummary {
  readonly eventId?: string;
  /** With the prefix `mps.`. */
  readonly type?: string;
  readonly account?: string;
  /** Exact. */
  readonly taskId?: string;
  readonly causationId?: string;
  readonly rawOffset?: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly received?: string;
}

/** The summary of a valid event. */
export function summaryOfEvent({ id, type, hearing, data }: TaskEvent): EventSummary {
  const { causationId, rawOffset, received } = hearing;
  const { account, task_id: taskId } = data;
  const about = { eventId: id, type: CLOUD_EVENT_TYPE_PREFIX + type, account, causationId, rawOffset, received };
  return taskId === undefined ? about : { ...about, taskId };
}

/** The summary of an invalid event: its members that are well-formed. */
export function summaryOfMembers(members: EventMembers): EventSummary {
  const { data } = members;
  const inData = new Map<string, unknown>(typeof data === 'object' && data !== null ? Object.entries(data) : []);
  const eventId = textIn(members, 'id');
  const type = textIn(members, 'type');
  const account = inData.get('account');
  const taskId = inData.get('task_id');
  const causationId = textIn(members, 'causationid');
  const rawOffset = parseCount(textIn(members, 'rawoffset') ?? '');
  const received = textIn(members, 'recordedtime');
  return {
    ...(eventId !== undefined && { eventId }),
    ...(type !== undefined && { type }),
    ...(typeof account === 'string' && { account }),
    ...(typeof taskId === 'string' && { taskId }),
    ...(causationId !== undefined && { causationId }),
    ...(rawOffset !== null && { rawOffset }),
    ...(isTime(received) && { received }),
  };
}
