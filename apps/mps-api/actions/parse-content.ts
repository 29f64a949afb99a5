import { readNotificationText } from '@mps-ledger/mps';
import type { ExceededLimit, NotificationShape } from '@mps-ledger/mps';
import { apiError } from '../api-error';
import type { ApiError } from '../api-error';
import { ACTIONS } from './fields';
import type { Action } from './fields';

/** The members of an answer, each as JSON text, without `RequestId`. */
export interface ParsedContent {
  readonly ok: true;
  readonly members: ReadonlyMap<string, string>;
}

const EXCEEDED: Readonly<Record<ExceededLimit, string>> = {
  'too-deep': 'nested too deeply',
  'too-many-members': 'of too many members',
};

/**
 * Parses the content of a notification as derive does. Every member keeps its text, so that neither large numbers nor the order of
 * members change; the fields of the action that it does not have are null.
 */
export function parseContent(action: Action, content: string): ParsedContent | ApiError {
  const read = readNotificationText(content.replace(/^\uFEFF/, ''));
  if (!read.ok) return invalid(read.detail);
  if (read.exceeded !== undefined) return invalid(EXCEEDED[read.exceeded]);
  if (read.shape !== action.shape) return invalid(whyNot(action, read.shape));
  if (read.members.get(action.typeMember)?.startsWith('"') !== true)
    return invalid(`its ${action.typeMember} is no text`);
  const isAnswer = action.sampleFields?.every((field) => read.members.has(field)) === true;
  const members = new Map(read.members);
  members.delete('RequestId');
  for (const field of isAnswer ? [] : action.fields) if (!members.has(field)) members.set(field, 'null');
  return { ok: true, members };
}

/** What the content is instead, and which action parses that. */
function whyNot(action: Action, shape: NotificationShape): string {
  const other = ACTIONS.find((one) => one.shape === shape);
  const hint = other === undefined ? '' : `: it has a ${other.typeMember}, which ${other.name} parses`;
  return `it has no ${action.typeMember}${hint}`;
}

function invalid(why: string): ApiError {
  return apiError(
    'InvalidParameterValue.InvalidContent',
    `The value of the parameter \`Content\` is no notification: ${why}.`,
  );
}

/** The text of the answer. */
export function answerText({ members }: ParsedContent, requestId: string): string {
  const texts = [...members, ['RequestId', JSON.stringify(requestId)] as const].map(
    ([name, text]) => `${JSON.stringify(name)}:${text}`,
  );
  return wellFormed(`{"Response":{${texts.join(',')}}}`);
}

/** A lone surrogate, which a JSON text can only have within a string and UTF-8 not at all, is escaped. */
function wellFormed(json: string): string {
  return json.replace(/\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
