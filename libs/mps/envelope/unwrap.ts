import { isEmpty } from '@mps-ledger/tasks';
import type { Json } from '@mps-ledger/tasks';

import { DOCUMENT_LIMITS, membersOf } from '../document/document';
import type { Document, DocumentLimits, RefusalCode } from '../document/document';
import { isList, isObject, own } from '../document/json';
import type { JsonObject } from '../document/json';
import { isBase64, mayBeObject, readTextObject } from '../document/text-object';
import { messageOf } from './find-task-id';
import { isDetail, present } from './named-task';

/** What a notification may be wrapped in, as its marks name it. */
export type Wrapper = 'response' | 'cmq-topic' | 'scf' | 'sns' | 'base64';

/** Why what is wrapped cannot be read. */
export type WrapperFault =
  'wrapper-empty' | 'wrapped-too-deep' | 'several-bodies' | 'several-records' | `wrapped-${RefusalCode}`;

export interface Unwrapped extends Part {
  /** Those that were taken off, outermost first. */
  readonly wrappers: readonly Wrapper[];
  readonly fault: WrapperFault | undefined;
}

/** How many wrappers are taken off; the finder opens as many texts. */
const MAX_WRAPPERS = 4;

/**
 * Takes off the wrappers that ways of delivery put around a notification: `Response` of the vendor's API, `msgBody` of a CMQ topic,
 * the Records of an SCF trigger, `Message` of SNS, and base64 in any of them. The limits of a document hold for all levels together.
 * Of the outermost level that has several Records only the one with the number `element` is read; without a number, the result is that
 * level and the fault `several-records`. A `Response` around the notification itself is left to `route`, which also looks beside it.
 */
export function unwrap(body: Part, element?: number): Unwrapped {
  let layer: Layer = { part: body, text: body.root, limits: DOCUMENT_LIMITS };
  const wrappers: Wrapper[] = [];
  let record = element;
  for (let level = 0; ; level += 1) {
    const { part } = layer;
    const found = part.exceeded === undefined ? wrapperOf(part.root, record) : undefined;
    if (found === undefined) return { ...part, wrappers, fault: undefined };
    const fault = level === MAX_WRAPPERS ? 'wrapped-too-deep' : found.fault;
    if (fault !== undefined) return { ...part, wrappers, fault };
    wrappers.push(found.wrapper);
    if (found.isOneOfSeveral === true) record = undefined;
    if (isOutermostOf(found)) return { ...part, wrappers, fault: undefined };
    const inner = layerIn(layer, found);
    if (typeof inner === 'string') return { ...part, wrappers, fault: inner };
    if (inner.base64 === true) wrappers.push('base64');
    layer = inner;
  }
}

/** A body, or what a wrapper in it contains. */
type Part = Omit<Document, 'ok'>;

interface Layer {
  readonly part: Part;
  /** All of the text that the part is in. */
  readonly text: JsonObject;
  /** Of the text. */
  readonly limits: DocumentLimits;
  readonly base64?: boolean;
}

/** Whether it is a `Response` around the notification itself. */
function isOutermostOf({ wrapper, content }: Found): boolean {
  return wrapper === 'response' && isObject(content) && wrapperOf(content) === undefined;
}

/** The content of a wrapper, or why it cannot be read. */
function layerIn({ text, limits }: Layer, { content, depth }: Found): Layer | WrapperFault {
  if (isObject(content)) return { part: { root: content, exceeded: undefined }, text, limits };
  if (typeof content !== 'string') return 'wrapped-not-an-object';
  const left = { depth: limits.depth - depth, members: limits.members - membersOf(text) };
  const inner = readTextObject(content, left);
  if (!inner.ok) return `wrapped-${inner.code}`;
  return { part: inner, text: inner.root, limits: left, base64: isBase64(content) };
}

interface Found {
  readonly wrapper: Wrapper;
  readonly content: Json | undefined;
  /** Levels of objects and arrays around the content. */
  readonly depth: number;
  /** Whether it is the content of one of several Records. */
  readonly isOneOfSeveral?: boolean;
  readonly fault?: WrapperFault;
}

function wrapperOf(body: JsonObject, element?: number): Found | undefined {
  if (isNotification(body)) return undefined;
  const found = [responseIn(body), topicIn(body), recordIn(body, element), snsIn(body)].filter(
    (one) => one !== undefined,
  );
  const full = found.filter(({ content, fault }) => fault !== undefined || !isEmpty(content));
  const [first] = full.length > 0 ? full : found;
  if (first === undefined) return undefined;
  if (full.length > 1) return { ...first, fault: 'several-bodies' };
  return full.length === 0 ? { ...first, fault: 'wrapper-empty' } : first;
}

const TYPES = ['EventType', 'NotificationType'];

function isNotification(body: JsonObject): boolean {
  return TYPES.some((name) => present(body, name) !== undefined) || isDetail(body);
}

/** An answer of the vendor's API, as an object or as a text. */
function responseIn(body: JsonObject): Found | undefined {
  const message = messageOf(body);
  const response = own(body, 'Response');
  if (message === body && (typeof response !== 'string' || !mayBeObject(response))) return undefined;
  return { wrapper: 'response', content: message === body ? response : message, depth: 1 };
}

/** What a CMQ topic pushes: TopicOwner, topicName, subscriptionName, msgId, msgBody, publishTime. */
function topicIn(body: JsonObject): Found | undefined {
  const isPush = ['topicName', 'msgId'].every((name) => present(body, name) !== undefined);
  if (!isPush && own(body, 'msgBody') === undefined) return undefined;
  return { wrapper: 'cmq-topic', content: own(body, 'msgBody'), depth: 1 };
}

/** What an SCF trigger of CMQ is given: Records[].CMQ, each with a msgBody. */
function recordIn(body: JsonObject, element?: number): Found | undefined {
  const records = own(body, 'Records');
  if (!isList(records)) return undefined;
  const found = { wrapper: 'scf', content: undefined, depth: RECORD_DEPTH } as const;
  if (element === undefined && records.length > 1) return { ...found, fault: 'several-records' };
  const isOneOfSeveral = records.length > 1;
  const record = records[isOneOfSeveral ? (element ?? 0) : 0];
  const message = isObject(record) ? own(record, 'CMQ') : undefined;
  const content = isObject(message) ? own(message, 'msgBody') : typeof message === 'string' ? message : record;
  return { ...found, content, isOneOfSeveral };
}

const RECORD_DEPTH = 4;

/** What SNS delivers: Type `Notification`, MessageId, TopicArn, Message. */
function snsIn(body: JsonObject): Found | undefined {
  if (own(body, 'Type') !== 'Notification') return undefined;
  return { wrapper: 'sns', content: own(body, 'Message'), depth: 1 };
}
