import { INGEST_FAILPOINTS } from '../ingest/failpoints';
import { PROJECTOR_FAILPOINTS } from '../projector/failpoints';

/** Failpoints of setup: before each statement of the migration, and before the log is adopted. */
export const SETUP_FAILPOINTS = ['setup.migration-statement', 'setup.before-adopting'] as const;

/** On Kafka only: after the topics are created, before the genesis record of each partition is appended. */
export const KAFKA_SETUP_FAILPOINTS = ['setup.genesis'] as const;

/** Failpoints while a data folder is created: initdb is running; created but not moved to its place; in its place but not started. */
export const DATA_FOLDER_FAILPOINTS = ['data-folder.making', 'data-folder.made', 'data-folder.in-place'] as const;

export const STANDALONE_FAILPOINTS = [
  ...DATA_FOLDER_FAILPOINTS,
  ...SETUP_FAILPOINTS,
  ...KAFKA_SETUP_FAILPOINTS,
  ...INGEST_FAILPOINTS,
  ...PROJECTOR_FAILPOINTS,
] as const;
