import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX } from './cloud-event';
import { textIn, type EventMembers } from './event-members';
import { isTime, parseCount } from './text';

/** What can be said of a record that is meant to be an event, whatever else is wrong with it. */
export interface SaidOfEvent {
  readonly eventId?: string;
  /** With its prefix. */
  readonly type?: string;
  readonly account?: string;
  /** Exact. */
  readonly taskId?: string;
  readonly causationId?: string;
  readonly rawOffset?: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly received?: string;
}

/** What a sound event says. */
export function saidBy({ id, type, hearing, data }: TaskEvent): SaidOfEvent {
  const { causationId, rawOffset, received } = hearing;
  const { account, task_id: taskId } = data;
  const about = { eventId: id, type: CLOUD_EVENT_TYPE_PREFIX + type, account, causationId, rawOffset, received };
  return taskId === undefined ? about : { ...about, taskId };
}

/** What is said by members that are no event, each as far as it is of its form. */
export function whatIsSaid(members: EventMembers): SaidOfEvent {
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
