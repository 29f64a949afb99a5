import { readText } from '../document/document';
import type { ExceededLimit, Refusal } from '../document/document';
import type { JsonObject } from '../document/json';
import { memberTexts } from '../document/member-texts';
import { route } from './envelope';
import type { NotificationShape } from './envelope';

/** A notification with the text that it was sent as. */
export interface NotificationText {
  readonly ok: true;
  /** As derive finds it. */
  readonly shape: NotificationShape;
  /** As parsed: beyond the limits an outline. */
  readonly message: JsonObject;
  /** The JSON text of the message, in which nothing of a number or of the order of members is lost. */
  readonly text: string;
  /** The limit beyond which derive does not read a body either. */
  readonly exceeded: ExceededLimit | undefined;
}

/** Reads the text of a notification as derive reads its bytes. Never throws. */
export function readNotificationText(text: string): NotificationText | Refusal {
  const document = readText(text);
  if (!document.ok) return document;
  const { root, exceeded } = document;
  const { shape, message } = route(root);
  const inner = message === root ? text : (memberTexts(text).get('Response') ?? text);
  return { ok: true, shape, message, text: inner, exceeded };
}
