import type { Pool, PoolConfig } from 'pg';
import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog, LogIdentity } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import type { Health } from '@mps-ledger/platform';
import { ALL_PROJECTIONS, createTables, schemaOf, type OptionalProjection } from '@mps-ledger/projections';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { startOptional } from '../optional/optional-projections';

const layout = { ...LEDGER_LAYOUT, partitions: 3 };

export interface StartGiven {
  /** Default: none. */
  readonly rawRetentionMs?: number;
  readonly health?: Health;
  /** Default: that of the log. */
  readonly identity?: LogIdentity;
}

/** A database of a spec. */
export interface SpecDatabase {
  readonly url: string;
  pool(config?: PoolConfig): Pool;
  close(): Promise<void>;
}

/** A Postgres log, and the tables of the optional projections, of which a spec starts one. */
export interface OptionalLedger {
  readonly pool: Pool;
  readonly log: EventLog;
  readonly identity: LogIdentity;
  /** Of the projection's tables. */
  readonly schema: string;
  /** Starts the projection, as a program does; closed with the ledger. */
  start(given?: StartGiven): { close(): Promise<void> };
  /** Whether every record of its topic is applied. */
  isCaughtUp(): Promise<boolean>;
  /** Closes the database, too. */
  close(): Promise<void>;
}

export async function openOptionalLedger(
  projection: OptionalProjection,
  database: SpecDatabase,
): Promise<OptionalLedger> {
  const pool = database.pool();
  const identity = await setupPostgresLog({ url: database.url, layout });
  const log = makePostgresLog({ url: database.url, layout });
  const schema = schemaOf(projection, identity);
  await createTables(pool, ALL_PROJECTIONS, identity);
  const running: { close(): Promise<void> }[] = [];
  return {
    ...{ pool, log, identity, schema },
    start({ rawRetentionMs, health = makeHealth(), identity: other = identity } = {}) {
      const metrics = makeMetrics({ processMetrics: false });
      const started = startOptional(
        { projections: [projection], pool: database.pool({ max: 2 }), rawRetentionMs: rawRetentionMs ?? null },
        { log, identity: other, logger: silentLogger(), metrics, health },
      );
      running.push(started);
      return started;
    },
    async isCaughtUp() {
      const ends = await log.endPositions(projection.topic);
      const { rows } = await pool.query<{ position: string }>(
        `SELECT position FROM ${schema}.checkpoint ORDER BY partition`,
      );
      return rows.every(({ position }, partition) => Number(position) === ends[partition]);
    },
    async close() {
      await Promise.all(running.splice(0).map((one) => one.close()));
      await log.close();
      await database.close();
    },
  };
}
