import { createHash } from 'node:crypto';
import { UNKNOWN_EVENT_TYPES } from '../catalogue/unknown-kinds';
import { makeRandom, type Random } from '../random';
import type { Family, Plan } from '../task/plan';
import type { SimulatedNotification } from '../task/stream';
import type { View } from '../task/view';
import type { BodyValue, BodyObject } from './json';
import { liveEnvelope } from './live-body';
import { blindWatermarkBody, editMediaBody, batchBody } from './other-bodies';
import { spelled, styleOf } from './spelling';
import { scheduleBody, workflowBody, type BodyContext } from './task-body';

/** The key and expiry of signatures. */
export interface Signing {
  readonly key: string;
  /** Expiry of the signatures, unix seconds. */
  readonly expires: number;
}

/** EventType and the member that holds the body, by family. */
const MEMBERS: Readonly<Record<Exclude<Family, 'live'>, readonly [string, string]>> = {
  workflow: ['WorkflowTask', 'WorkflowTaskEvent'],
  schedule: ['ScheduleTask', 'ScheduleTaskEvent'],
  'edit-media': ['EditMediaTask', 'EditMediaTaskEvent'],
  batch: ['BatchTask', 'BatchTaskEvent'],
  'extract-blind-watermark': ['ExtractBlindWatermark', 'ExtractBlindWatermarkTask'],
};

/** The exact bytes of one notification: the same for the same plan, notification and signing. */
export function bytesOf(plan: Plan, notification: SimulatedNotification, signing: Signing | null): Buffer {
  const random = makeRandom(plan.seed, 'spelling', plan.index, notification.number);
  const style = styleOf(random);
  const envelope = spelled(envelopeOf(plan, notification, random), style, random);
  // Timestamp and Sign are always written in full.
  const proof: BodyObject = signing === null ? {} : { Timestamp: signing.expires, Sign: signOf(signing) };
  const message: BodyObject = { ...(envelope as BodyObject), ...proof };
  const body = notification.view !== null && signing === null && random.chance(0.15);
  const whole = body ? { Response: { ...message, RequestId: random.hex(32) } } : message;
  return Buffer.from(style.text(whole), 'utf8');
}

/** MD5 of the expiry in decimal followed by the key, as the vendor's TaskNotifyConfig describes it. */
export function signOf({ key, expires }: Signing): string {
  return createHash('md5').update(`${expires}${key}`).digest('hex');
}

function envelopeOf(plan: Plan, notification: SimulatedNotification, random: Random): BodyObject {
  const session = { SessionId: plan.sessionId, SessionContext: plan.sessionContext };
  const odd = notification.oddEnvelope ? oddMembers(random) : {};
  if (notification.view === null) return { ...unknownEvent(plan, random), ...session, ...odd };
  const telling = { plan, view: notification.view, random };
  if (plan.family === 'live') return { ...liveEnvelope(telling), ...session, ...odd };
  const [eventType, member] = MEMBERS[plan.family];
  const nothing = Object.fromEntries(Object.values(MEMBERS).map(([, name]) => [name, null]));
  return { EventType: eventType, ...nothing, [member]: bodyOf(plan.family, telling), ...session, ...odd };
}

function bodyOf(family: Exclude<Family, 'live'>, telling: BodyContext): BodyObject {
  switch (family) {
    case 'workflow':
      return workflowBody(telling);
    case 'schedule':
      return scheduleBody(telling);
    case 'edit-media':
      return editMediaBody(telling);
    case 'batch':
      return batchBody(telling);
    case 'extract-blind-watermark':
      return blindWatermarkBody(telling);
  }
  return family satisfies never;
}

/** An event of an undocumented type about this task. */
function unknownEvent(plan: Plan, random: Random): BodyObject {
  const [eventType, member] = random.pick(UNKNOWN_EVENT_TYPES);
  return { EventType: eventType, [member]: { TaskId: plan.taskId, Status: 'FINISH', ErrCode: 70_000, Message: '' } };
}

/** Undocumented members, some of which were seen in real notifications. */
function oddMembers(random: Random): Readonly<Record<string, BodyValue>> {
  return random.pick<Readonly<Record<string, BodyValue>>>([
    { ExtInfo: '{"caller":"console"}' },
    { LiveScheduleTaskEvent: null, GetMediaAttributesTaskEvent: null },
    { Version: 3, Region: 'ap-guangzhou', Tags: ['a', '标签', ''] },
  ]);
}

/** Whether the ledger interprets a view: it supports the task's kind and finds its id. */
export function isRead(plan: Plan, view: View | null): view is View {
  return view !== null && plan.family !== 'batch';
}
