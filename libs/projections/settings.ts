import { Type } from 'typebox';
import type { OptionalProjection } from './projection';
import { RAW } from './raw/raw';
import { SEARCH } from './search/search';

/** All optional projections. */
export const OPTIONAL_PROJECTIONS: readonly OptionalProjection[] = [RAW, SEARCH];

/** Names of those that are on where the settings do not say, but for `npm start`, where all are. */
const ON_BY_DEFAULT: readonly string[] = [SEARCH.name];

const NAMES = ['none', 'raw', 'search'] as const;

/** For every program that writes optional projections or answers from them: all of one installation get the same. */
export const projectionSettings = {
  LEDGER_PROJECTIONS: Type.Optional(
    Type.Array(Type.Enum(NAMES), {
      minItems: 1,
      example: 'none',
      description:
        'Optional projections that are on: raw (the exact bytes of notifications), search (tasks by what was said of them); or none. Default: raw,search for npm start, search otherwise.',
    }),
  ),
};

/** For what writes the projections. */
export const rawRetentionSetting = {
  RAW_RETENTION_DAYS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      example: '90',
      description:
        'Days that the projection raw keeps the bytes of a notification. Default: they are kept indefinitely.',
    }),
  ),
};

/** The projections that are on, of those configured. */
export function projectionsOn(configured = ON_BY_DEFAULT): readonly OptionalProjection[] {
  return OPTIONAL_PROJECTIONS.filter(({ name }) => configured.includes(name));
}
