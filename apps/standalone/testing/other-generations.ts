import {
  type Generations,
  type LogIdentity,
  makeEventLog,
  setUpEventLog,
  type SetUpEventLogOptions,
} from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { migrate, projectionSchema } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { startIngest } from '../../ingest/start';
import { makeProjectorPool } from '../../projector/pool';
import { startProjector } from '../../projector/start';
import { startQuery } from '../../query/start';

/** Generations that no build creates yet. */
export const OTHER_GENERATIONS: Generations = { logGeneration: 2, eventGeneration: 3 };

/** The answers of a ledger of other generations about one notification. */
export interface SeenInGenerations {
  readonly identity: LogIdentity;
  readonly receipt: string;
  /** `Ledger-Position`. */
  readonly position: string;
  readonly item: string;
}

const BODY = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';
const LOCAL = { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, API_HOST: '127.0.0.1', API_PORT: 0 };
const CALLBACKS = { MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_KEY: undefined, MPS_NOTIFY_EXPIRED: 'accept' } as const;

/** Sets up a ledger of other generations, sends one notification through all of it, and reads it. */
export async function seeOtherGenerations(
  settings: SetUpEventLogOptions['settings'],
  url: string,
): Promise<SeenInGenerations> {
  const logger = silentLogger();
  const of = { settings, layout: { ...LEDGER_LAYOUT, generations: OTHER_GENERATIONS }, url, logger };
  const identity = await setUpEventLog(of);
  await migrate(url, projectionSchema);
  const log = makeEventLog({ ...of, name: 'mps-ledger' });
  const pool = makeProjectorPool({ url, logger });
  const parts = { log, logger, metrics: makeMetrics({ processMetrics: false }), health: makeHealth() };
  const query = await startQuery({ ...parts, config: { ...LOCAL, API_KEYS: undefined, DATABASE_URL: url } });
  const projector = await startProjector({ ...parts, pool });
  const ingest = await startIngest({ ...parts, config: { ...LOCAL, ...CALLBACKS }, identity: await log.identity() });
  try {
    const headers = { 'content-type': 'application/json' };
    const sent = await fetch(ingest.callbackUrl, { method: 'POST', body: BODY, headers });
    const receipt = sent.headers.get('ledger-receipt') ?? '';
    const task = await fetch(`${query.url}/v1/tasks/T-1?receipt=${receipt}`, { headers: { prefer: 'wait=30' } });
    const history = await fetch(`${query.url}/v1/tasks/T-1/history`);
    const { items } = (await history.json()) as { items: readonly { readonly position: string }[] };
    const position = task.headers.get('ledger-position') ?? '';
    return { identity, receipt, position, item: items[0]?.position ?? '' };
  } finally {
    for (const part of [ingest, projector, query, log]) await part.close();
    await pool.end();
  }
}
