import { FOLD_VERSION } from '@mps-ledger/tasks';

/**
 * The schema that this build's apps pass in, by default. A fold of another version has another
 * schema, so that two of them live side by side and neither touches the other's rows. Nothing in this library reads it.
 */
export const projectionSchema = `tasks_v${FOLD_VERSION}`;
