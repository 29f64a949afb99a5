import { memberTexts, readNotificationText } from '@mps-ledger/mps';
import type { ExceededLimit, NotificationShape } from '@mps-ledger/mps';
import { apiError } from '../api-error';
import type { ApiError } from '../api-error';
import { ACTIONS } from './fields';
import type { Action } from './fields';

/** A content that an action answers. */
export interface ParsedContent {
  readonly ok: true;
  /** A JSON object as it was sent, without `RequestId`. It is not empty. */
  readonly text: string;
  /** Fields of the action that it does not have. */
  readonly missing: readonly string[];
}

const EXCEEDED: Readonly<Record<ExceededLimit, string>> = {
  'too-deep': 'nested too deeply',
  'too-many-members': 'of too many members',
};

/**
 * Parses the content of a notification as derive does. What is answered is its text, so that neither large numbers nor the order of
 * members change.
 */
export function parseContent(
  { shape, typeMember, fields, ...action }: Action,
  content: string,
): ParsedContent | ApiError {
  const read = readNotificationText(content.replace(/^\uFEFF/, ''));
  if (!read.ok) return invalid(read.detail);
  const { message, exceeded, fault } = read;
  if (fault !== undefined) return invalid(`what it is wrapped in cannot be taken off (${fault})`);
  if (exceeded !== undefined) return invalid(EXCEEDED[exceeded]);
  if (read.shape !== shape) return invalid(whyNot(typeMember, read.shape));
  if (typeof message[typeMember] !== 'string') return invalid(`its ${typeMember} is no text`);
  const isAnswer = action.sampleFields?.every((field) => Object.hasOwn(message, field)) === true;
  const missing = isAnswer ? [] : fields.filter((field) => !Object.hasOwn(message, field));
  return { ok: true, text: Object.hasOwn(message, REQUEST_ID) ? withoutRequestId(read.text) : read.text, missing };
}

const REQUEST_ID = 'RequestId';

function withoutRequestId(text: string): string {
  const members = [...memberTexts(text)].filter(([name]) => name !== REQUEST_ID);
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/** What the content is instead, and which action parses that. */
function whyNot(typeMember: string, shape: NotificationShape): string {
  const other = ACTIONS.find((one) => one.shape === shape);
  const hint = other === undefined ? '' : `: it has a ${other.typeMember}, which ${other.name} parses`;
  return `it has no ${typeMember}${hint}`;
}

function invalid(why: string): ApiError {
  return apiError(
    'InvalidParameterValue.InvalidContent',
    `The value of the parameter \`Content\` is no notification: ${why}.`,
  );
}

/** The text of the answer: the fields that are missing are null. */
export function answerText({ text, missing }: ParsedContent, requestId: string): string {
  const nulls = missing.map((field) => `,"${field}":null`).join('');
  const open = text.slice(0, text.lastIndexOf('}'));
  return wellFormed(`{"Response":${open}${nulls},"${REQUEST_ID}":${JSON.stringify(requestId)}}}`);
}

/** A lone surrogate, which a JSON text can only have within a string and UTF-8 not at all, is escaped. */
function wellFormed(json: string): string {
  return json.replace(/\p{Surrogate}/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
