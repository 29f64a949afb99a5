export { makeCheckpoints, projectInto } from './checkpoints';
export { schemaOf } from './projection';
export type { OptionalProjection, ParkedRecord, ProjectionRows } from './projection';
export { readBody } from './raw/read-body';
export type { FoundBody } from './raw/read-body';
export { RAW } from './raw/raw';
export { removeBodies } from './raw/remove-bodies';
export { OPTIONAL_PROJECTIONS, projectionSettings, projectionsOn, rawRetentionSetting } from './settings';
export { createTables, isThere, ProjectionOfOtherLog, readingRightsOf, writingRightsOf } from './tables';
