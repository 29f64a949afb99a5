import type { ExceededLimit, Refusal } from '../document/document';
import type { JsonObject } from '../document/json';
import { memberTexts } from '../document/member-texts';
import { isBase64Document, readTextObject, textOfBase64 } from '../document/text-object';
import { route } from './envelope';
import type { NotificationShape } from './envelope';
import { unwrap } from './unwrap';
import type { Wrapper, WrapperFault } from './unwrap';

/** A notification with the text that it was sent as. */
export interface NotificationText {
  readonly ok: true;
  /** As derive finds it. */
  readonly shape: NotificationShape;
  /** As parsed, without its wrappers: beyond the limits an outline. */
  readonly message: JsonObject;
  /** The JSON text of the message, in which nothing of a number or of the order of members is lost. */
  readonly text: string;
  /** The limit beyond which derive does not read a body either. */
  readonly exceeded: ExceededLimit | undefined;
  /** Why a wrapper cannot be taken off; then the rest is about what is inside of the others. */
  readonly fault: WrapperFault | undefined;
}

/** Reads the text of a notification as derive reads its bytes, within the same wrappers. Never throws. */
export function readNotificationText(text: string): NotificationText | Refusal {
  const document = readTextObject(text);
  if (!document.ok) return document;
  const { root, exceeded, wrappers, fault } = unwrap(document);
  const { shape, message } = route(root);
  const plain = isBase64Document(text) ? textOfBase64(text) : text;
  const inner = fault === undefined ? wrappers.reduce(textIn, plain) : plain;
  return { ok: true, shape, message, text: inner, exceeded, fault };
}

/** The member in which a wrapper has what it wraps, as a text or as an object. */
const CONTENT_MEMBERS: Readonly<Record<Exclude<Wrapper, 'base64' | 'scf'>, string>> = {
  response: 'Response',
  'cmq-topic': 'msgBody',
  sns: 'Message',
};

/** The text of what this wrapper contains: each that `unwrap` has taken off has it. */
function textIn(text: string, wrapper: Wrapper): string {
  if (wrapper === 'base64') return textOfBase64(text);
  if (wrapper !== 'scf') return contentText(text, CONTENT_MEMBERS[wrapper]);
  // It has one record, or it would not have been taken off.
  const record = plainText((memberTexts(text).get('Records') ?? '').slice(1, -1).trim());
  const message = memberTexts(record).get('CMQ') ?? '';
  if (message.startsWith('{')) return contentText(message, 'msgBody');
  return message.startsWith('"') ? plainText(message) : record;
}

function contentText(text: string, member: string): string {
  return plainText(memberTexts(text).get(member) ?? '');
}

/** What the text of a JSON value says: of a string, its content. */
function plainText(value: string): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}
