import { INGEST_FAILPOINTS } from '../ingest/failpoints';
import { PROJECTOR_FAILPOINTS } from '../projector/failpoints';

/** Where a setup that is tested can be cut off: before each statement of the migration, and before the log is adopted. */
export const SETUP_FAILPOINTS = ['setup.migration-statement', 'setup.before-adopting'] as const;

/** On Kafka only: topics are there, and before each of their partitions is begun. */
export const KAFKA_SETUP_FAILPOINTS = ['setup.genesis'] as const;

/** While a data folder is made: initdb at work, all made but not in its place, in its place and not started. */
export const DATA_FOLDER_FAILPOINTS = ['data-folder.making', 'data-folder.made', 'data-folder.in-place'] as const;

export const STANDALONE_FAILPOINTS = [
  ...DATA_FOLDER_FAILPOINTS,
  ...SETUP_FAILPOINTS,
  ...KAFKA_SETUP_FAILPOINTS,
  ...INGEST_FAILPOINTS,
  ...PROJECTOR_FAILPOINTS,
] as const;
