import { Type } from 'typebox';
import { USAGE_DIMENSIONS } from '@mps-ledger/read-model';
import { ERROR_CLASSES } from '@mps-ledger/tasks';
import { DEFAULT_LIMIT } from '../http/paging';
import { account, cursor, instant, kind, min_position, oneOf, several } from '../http/parameters';

/** Groups of failures on a page, where no limit is given, and at most. */
export const DEFAULT_GROUPS = 20;
const MOST_GROUPS = 100;

/** Sums on a page at most: a file of a month is one page. */
const MOST_SUMS = 1_000;

/** Days of failures that are counted at once, and those that are where no beginning is given. */
export const MOST_DAYS = 31;
export const DEFAULT_DAYS = 30;

const name = (description: string) => ({
  schema: Type.String({ minLength: 1, maxLength: 1000 }),
  description: `${description} The first 200 characters are compared.`,
  allowed: 'a text of 1 to 1,000 characters',
});
const ofSubtasks = {
  subtask_kind: several(name('Only subtasks of this kind, such as Transcode; without it also tasks themselves.')),
  definition: several(name('Only subtasks with this template (Definition).')),
};

/** What a cursor of groups carries. */
export const ERRORS_FILTERS = {
  ...{ account, kind, ...ofSubtasks },
  error_code: several(name('Only failures with this ErrCode.')),
  error_class: several(oneOf(ERROR_CLASSES, 'Only failures of this class.')),
  ended_after: instant(
    `Only failures that ended in hours (UTC) that begin at or after this time. Default: ${DEFAULT_DAYS} days before ended_before, or before now.`,
  ),
  ended_before: instant(
    `Only failures that ended in hours (UTC) that begin before this time, ${MOST_DAYS} days after ended_after at most. Default: no limit.`,
  ),
};

export const ERRORS_PARAMETERS = {
  ...ERRORS_FILTERS,
  limit: {
    schema: Type.Integer({ minimum: 1, maximum: MOST_GROUPS, default: DEFAULT_GROUPS }),
    description: 'Groups on a page at most.',
    allowed: `a whole number from 1 to ${MOST_GROUPS}`,
  },
  cursor,
  min_position,
};

/** What a cursor of usage carries. */
export const USAGE_SELECTION = {
  ...{ account, kind, ...ofSubtasks },
  ended_after: instant('Only what ended on days (UTC) that begin at or after this time. Default: no limit.'),
  ended_before: instant('Only what ended on days (UTC) that begin before this time. Default: no limit.'),
  by: {
    ...oneOf(
      USAGE_DIMENSIONS,
      'What sums are told apart by, newest days first. Default: day,kind,subtask_kind,definition.',
    ),
    allowed: `some of ${USAGE_DIMENSIONS.join(', ')}`,
    ...{ several: USAGE_DIMENSIONS.length, separator: ',' as const },
  },
};

export const USAGE_PARAMETERS = {
  ...USAGE_SELECTION,
  format: oneOf(
    ['json', 'csv'],
    'JSON, or a page as CSV, without total: the last row has its next_cursor, at the end the word end. Default: json.',
  ),
  limit: {
    schema: Type.Integer({ minimum: 1, maximum: MOST_SUMS, default: DEFAULT_LIMIT }),
    description: 'Items on a page at most.',
    allowed: `a whole number from 1 to ${MOST_SUMS}`,
  },
  cursor,
  min_position,
};
