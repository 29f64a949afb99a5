import { type EventLog, type KnownEnds, makeEventLog } from '@mps-ledger/event-log';
import type { Program } from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import type { ConfiguredSource } from '../ingest/sources/notification-sources';
import { startIngest } from '../ingest/start';
import { openMpsApi } from './open-mps-api';
import { openTaskChecks } from '../projector/checks/open-task-checks';
import { makeProjectorPool } from '../projector/pool';
import { optionalProjectionsOf } from '../projector/projector.config';
import { startProjector } from '../projector/start';
import { startQuery } from '../query/start';
import type { StandaloneDatabase } from './database';
import type { Sample } from './sample';
import { SampleModule } from './sample.module';
import { SampleOffer } from './sample-offer';
import { setUpLedger } from './set-up-ledger';
import type { StandaloneConfig, standaloneSettings } from './standalone.config';

/** The addresses of the running program. */
export interface Running {
  readonly api: string;
  readonly callbacks: string;
  /** Where notifications come from; with secrets. */
  readonly sources: readonly ConfiguredSource[];
  /** The API that parses notifications as the vendor does. */
  readonly mpsApi: string;
}

/** Wraps the log, so that specs can inject faults. */
export interface LogWrapper {
  readonly wrap: (log: EventLog) => EventLog;
  /** Converts positions of the wrapped log to positions of the real one. */
  readonly realEnds: (ends: KnownEnds) => KnownEnds;
}

export interface StartPartsOptions extends Partial<LogWrapper> {
  /** The sample that the page offers to send. Default: none. */
  readonly sample?: Sample | null;
}

const NOT_WRAPPED: LogWrapper = { wrap: (log) => log, realEnds: (ends) => ends };

/** Optional projections that are on where the settings do not say. */
const ON_BY_DEFAULT: StandaloneConfig['OPTIONAL_PROJECTIONS'] & object = ['raw', 'search'];

/** Sets up the ledger and starts query, projector, ingest and the vendor's API on it. They are closed in reverse order. */
export async function startParts(
  program: Program<typeof standaloneSettings>,
  database: StandaloneDatabase,
  { sample = null, ...wrapper }: StartPartsOptions = {},
): Promise<Running> {
  const { config, logger, metrics, health, signal, onClose } = program;
  const { url, exclusive, dataDir } = database;
  const { wrap, realEnds } = { ...NOT_WRAPPED, ...wrapper };
  const settings = { settings: config, ...(dataDir !== undefined && { dataDir }) };
  const identity = await setUpLedger({ ...settings, url, logger, signal, realEnds });
  const log = wrap(
    makeEventLog({ layout: LEDGER_LAYOUT, settings: config, url, name: 'mps-ledger', exclusive, logger, metrics }),
  );
  onClose('event log', () => log.close());
  const pool = makeProjectorPool({ url, pooler: config.DATABASE_POOLER, logger });
  onClose('connections', () => pool.end());

  const parts = { log, logger, metrics, health };
  const OPTIONAL_PROJECTIONS = config.OPTIONAL_PROJECTIONS ?? ON_BY_DEFAULT;
  const offer = new SampleOffer(sample);
  const queryConfig = { ...config, OPTIONAL_PROJECTIONS, DATABASE_URL: url };
  const query = await startQuery({ ...parts, config: queryConfig, beside: [SampleModule.of(offer)] });
  onClose('query', () => query.close());
  await startProjecting(program, { url, log, pool, OPTIONAL_PROJECTIONS });
  const ingest = await startIngest({ ...parts, config, identity });
  onClose('ingest', () => ingest.close());
  offer.open(ingest.callbackUrl);
  const mpsApi = await openMpsApi({ config, logger, metrics, health });
  onClose('vendor API', () => mpsApi.close());
  return { api: query.url, callbacks: ingest.callbackUrl, sources: ingest.sources, mpsApi: mpsApi.url };
}

interface Projecting extends Pick<StandaloneConfig, 'OPTIONAL_PROJECTIONS'> {
  readonly url: string;
  readonly log: EventLog;
  readonly pool: ReturnType<typeof makeProjectorPool>;
}

/** Starts the projector and what runs beside it. */
async function startProjecting(
  { config, logger, metrics, health, onClose }: Program<typeof standaloneSettings>,
  { url, log, pool, OPTIONAL_PROJECTIONS }: Projecting,
): Promise<void> {
  const database = { url, pooler: config.DATABASE_POOLER };
  const parts = { logger, metrics, health };
  const optionalPool = makeProjectorPool({ ...database, logger, connections: 2 });
  onClose('connections of optional projections', () => optionalPool.end());
  const optional = { ...optionalProjectionsOf({ ...config, OPTIONAL_PROJECTIONS }), pool: optionalPool };
  const projector = await startProjector({ ...parts, log, pool, optional });
  onClose('projector', () => projector.close());
  const checks = openTaskChecks({ ...parts, database, perMinute: config.TASK_CHECKS_PER_MINUTE });
  onClose('task checks', () => checks.close());
}
