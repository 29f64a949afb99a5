import { Type } from 'typebox';
import { TASK_KINDS } from '@mps-ledger/tasks';
import { parsePosition, POSITION_PATTERN } from '@mps-ledger/records';
import { LONGEST_CURSOR } from './cursor';
import { instantOf } from './instant';
import { DEFAULT_LIMIT, HIGHEST_LIMIT } from './paging';

const ACCOUNT_NAME = '^[a-z0-9][a-z0-9-]{0,62}$';
const ACCOUNT_ALLOWED = 'an account: 1 to 63 characters of a-z 0-9 -, not beginning with -';
/** RFC 3339 of the years 0001 to 9999, also in UTC; the format checks that the day exists in its month. */
const INSTANT_PATTERN =
  '^(?!0000)(?!(?:0001|9999).*[+-]\\d\\d:\\d\\d$)\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])[Tt]' +
  '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$';

/** A parameter that is a time; read as the same instant in UTC. */
export function instant(description: string) {
  return {
    schema: Type.String({ format: 'date-time', pattern: INSTANT_PATTERN }),
    description,
    allowed: 'a time like 2026-11-22T09:00:00Z (RFC 3339; a + must be sent as %2B)',
    parse: instantOf,
  };
}

/** A parameter that is one of some words. */
export function oneOf(words: readonly string[], description: string) {
  return { schema: Type.Enum([...words]), description, allowed: `one of ${words.join(', ')}` };
}

/** Values that one filter takes at most. */
const MOST_VALUES = 20;

/** The same parameter, which takes several values: what matches one of them. */
export function several<P extends object>(parameter: P): P & { readonly several: number } {
  return { ...parameter, several: MOST_VALUES };
}

/** A parameter that is true or false. */
export const yesOrNo = (description: string) => oneOf(['true', 'false'], description);

/** Which members of items are answered. */
export function fields(members: readonly string[]) {
  return {
    ...oneOf(members, 'Answer these members of each item only, in this order. Default: all of them.'),
    allowed: `some of ${members.join(', ')}`,
    ...{ several: members.length, separator: ',' as const },
  };
}

export const limit = {
  schema: Type.Integer({ minimum: 1, maximum: HIGHEST_LIMIT, default: DEFAULT_LIMIT }),
  description: 'Items on a page at most. A page may hold fewer and not be the last: only next_cursor says.',
  allowed: `a whole number from 1 to ${HIGHEST_LIMIT}`,
};
export const cursor = {
  schema: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: LONGEST_CURSOR }),
  description: 'The next_cursor of the page before, as it is. It carries the filter, which need not be given again.',
  allowed: 'the next_cursor of the page before',
};
export const account = several({
  schema: Type.String({ pattern: ACCOUNT_NAME }),
  description: 'Only of this account. Default: all accounts.',
  allowed: ACCOUNT_ALLOWED,
});
export const ofAccount = {
  schema: Type.String({ pattern: ACCOUNT_NAME }),
  description:
    'The account of the task. Needed where several accounts have a task with this TaskId: 409 ambiguous-task otherwise.',
  allowed: ACCOUNT_ALLOWED,
};
/** The position that the rows of an answer must have reached; on every read. */
export const min_position = {
  schema: Type.String({ pattern: POSITION_PATTERN }),
  description:
    'Answer only from rows that have reached this position. Waits for that as long as "Prefer: wait=N" says; 503 read-model-behind otherwise.',
  allowed:
    'a position, as Ledger-Position gives it (p1.<log id>.<L>.<M>.<offset of each partition, joined by ->.<check>)',
  parse: parsePosition,
};
const NO_PAST =
  'Lists are answered as they are now; only one task is answered as it was: GET /v1/tasks/{id}?at= or ?at_version=.';
/** Parameters that lists do not have, for which there is another way. */
export const NOT_OF_LISTS = { at: NO_PAST, at_version: NO_PAST };
export const kind = several(oneOf(TASK_KINDS, 'Only of this kind of task.'));
