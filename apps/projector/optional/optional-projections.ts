import type { Pool } from 'pg';
import { RAW, schemaOf, type OptionalProjection } from '@mps-ledger/projections';
import { followProjection, type FollowProjectionOptions } from './follow-projection';
import { removeOldBodies } from './retention';

/** Which optional projections a process keeps. */
export interface OptionalProjectionsOptions {
  readonly projections: readonly OptionalProjection[];
  /** Of their own. The caller ends it. */
  readonly pool: Pool;
  /** How long the bytes of notifications are kept; null: indefinitely. */
  readonly rawRetentionMs: number | null;
}

/** Starts the projections that are on. Their tables must exist: setup creates them. */
export function startOptional(
  { projections, pool, rawRetentionMs }: OptionalProjectionsOptions,
  options: Omit<FollowProjectionOptions, 'pool'>,
): { close(): Promise<void> } {
  const { identity, logger } = options;
  const parts = projections.map((projection) => followProjection(projection, { ...options, pool }));
  if (projections.includes(RAW) && rawRetentionMs !== null)
    parts.push(removeOldBodies({ pool, schema: schemaOf(RAW, identity), retentionMs: rawRetentionMs, logger }));
  return {
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}
