import { readText } from '../document/document';
import type { ExceededLimit, Refusal } from '../document/document';
import { memberTexts } from '../document/member-texts';
import { route } from './envelope';
import type { NotificationShape } from './envelope';

/** A notification whose values stay the texts that they were sent as. */
export interface NotificationText {
  readonly ok: true;
  /** As derive finds it. */
  readonly shape: NotificationShape;
  /** The members of the message, each as JSON text, see `memberTexts`. */
  readonly members: ReadonlyMap<string, string>;
  /** The limit beyond which derive does not read a body either. */
  readonly exceeded: ExceededLimit | undefined;
}

/** Reads the text of a notification as derive reads its bytes. Never throws. */
export function readNotificationText(text: string): NotificationText | Refusal {
  const document = readText(text);
  if (!document.ok) return document;
  const { shape, message } = route(document.root);
  const members = memberTexts(text);
  const inner = message === document.root ? undefined : members.get('Response');
  return { ok: true, shape, members: inner === undefined ? members : memberTexts(inner), exceeded: document.exceeded };
}
