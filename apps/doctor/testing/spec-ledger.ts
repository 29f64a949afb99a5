import { makeEventLog } from '@mps-ledger/event-log';
import {
  httpApplication,
  makeHealth,
  makeMetrics,
  readConfiguration,
  silentLogger,
  type Environment,
} from '@mps-ledger/platform';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { startIngest } from '../../ingest/start';
import { makeProjectorPool } from '../../projector/pool';
import { startProjector } from '../../projector/start';
import { setUpLedger } from '../../standalone/set-up-ledger';
import { setupSettings } from '../../standalone/setup.config';
import type { CheckItem } from '../check';
import { doctorSettings } from '../doctor.config';
import { examineDeployment } from '../examine';

/** A program's environment, as far as the doctor reads it. */
export type SpecEnvironment = Readonly<Record<string, string>>;

/** Makes log and rows for an environment, as setup does. */
export async function setUp(env: SpecEnvironment): Promise<void> {
  const settings = readConfiguration(setupSettings, env, { app: 'spec' });
  const { signal } = new AbortController();
  await setUpLedger({ settings, url: settings.DATABASE_URL, logger: silentLogger(), signal });
}

/** Ingest and projector in this process, on ports of the system's choice, which their environment then names. */
export async function startLedger(given: SpecEnvironment) {
  const config = readConfiguration(doctorSettings, { ...given, CALLBACK_PORT: '0' }, { app: 'spec' });
  const { DATABASE_URL: url = '' } = config;
  const logger = silentLogger();
  const parts = { logger, metrics: makeMetrics({ processMetrics: false }), health: makeHealth() };
  const log = makeEventLog({ layout: LEDGER_LAYOUT, settings: config, url, name: 'spec', logger });
  const pool = makeProjectorPool({ url, logger });
  const projector = await startProjector({ ...parts, log, pool });
  const ingest = await startIngest({ ...parts, config, log, identity: await log.identity() });
  const probes = await httpApplication({ ...parts, name: 'health', host: '127.0.0.1', port: 0, probes: true });
  const env = {
    ...given,
    CALLBACK_PORT: new URL(ingest.callbackUrl).port,
    HEALTH_PORT: new URL(probes.url).port,
  };
  const post = async (body: string): Promise<number> =>
    (await fetch(ingest.callbackUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })).status;
  const close = async (): Promise<void> => {
    for (const part of [ingest, projector, probes, log]) await part.close();
    await pool.end();
  };
  return { env, post, close };
}

/** What the doctor finds: all items by the name of their check. */
export async function examine(env: Environment): Promise<Readonly<Record<string, readonly CheckItem[]>>> {
  const { signal } = new AbortController();
  const checks = await examineDeployment({ env, logger: silentLogger(), signal });
  return Object.fromEntries(checks.map(({ name, items }) => [name, items]));
}

/** Of a report the items that are findings, as `check: what | where | to do`. */
export function findingsIn(report: Readonly<Record<string, readonly CheckItem[]>>): readonly string[] {
  return Object.entries(report).flatMap(([name, items]) =>
    items.flatMap((item) =>
      item.status === 'finding' ? [`${name}: ${item.what} | ${item.where ?? ''} | ${item.fix}`] : [],
    ),
  );
}
