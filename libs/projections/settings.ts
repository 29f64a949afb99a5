import { Type } from 'typebox';
import type { OptionalProjection } from './projection';
import { RAW } from './raw/raw';
import { SEARCH } from './search/search';

/** All optional projections. */
export const ALL_PROJECTIONS: readonly OptionalProjection[] = [RAW, SEARCH];

const NAMES = ['none', 'raw', 'search'] as const;

/** For every program that writes optional projections or answers from them: all of one installation get the same. */
export const projectionSettings = {
  OPTIONAL_PROJECTIONS: Type.Optional(
    Type.Array(Type.Enum(NAMES), {
      minItems: 1,
      example: 'none',
      description:
        'Optional projections that are on: raw (the exact bytes of notifications), search (what tasks are found by); or none. Default: raw,search for npm start, none otherwise.',
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
export function projectionsOn(configured: readonly string[] = []): readonly OptionalProjection[] {
  return ALL_PROJECTIONS.filter(({ name }) => configured.includes(name));
}
