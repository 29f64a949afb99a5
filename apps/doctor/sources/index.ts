import { ConfigurationError } from '@mps-ledger/platform';
import { configuredSources } from '../../ingest/sources/configured-sources';
import { queueSourcesOf, type ConfiguredSource } from '../../ingest/sources/notification-sources';
import { notChecked, NotChecked, type CheckItem, type DeploymentCheck } from '../check';
import type { LedgerView } from '../ledger';
import { checkCallback } from './callback';
import { checkCmqQueue } from './cmq-queue';
import { checkForwarding } from './forwarding';
import type { CheckSource, SourceKinds } from './source-kind';
import { checkSqsQueue } from './sqs';
import { judgeTraffic } from './traffic';

/** A kind of source is one file in this folder, and one line here. */
const KINDS: SourceKinds = {
  callback: checkCallback,
  'cmq-topic': checkCallback,
  'cmq-queue': checkCmqQueue,
  sqs: checkSqsQueue,
};

const LIMIT_MS = 30_000;
/** What is judged with where the callback listener's own address is wrong. */
const LOOPBACK = '127.0.0.1';

/** One check for each source that the settings name; none of a source whose settings are wrong. */
export function sourceChecks(ledger: LedgerView): readonly DeploymentCheck[] {
  const sources = sourcesOf(ledger);
  return sources.map((source) => ({
    name: `source ${source.id}`,
    limitMs: LIMIT_MS,
    run: async () => {
      const check = KINDS[source.transport] as CheckSource<ConfiguredSource>;
      const [found, forwarding] = await Promise.all([check(source, ledger), checkForwarding(source, ledger)]);
      return [...found, ...forwarding, ...(await trafficOf(source, ledger, sources.length))];
    },
  }));
}

/** A variable that is wrong takes away the sources that it is about, and no others. */
function sourcesOf({ deployment: { config } }: LedgerView): readonly ConfiguredSource[] {
  const { SOURCES_FILE: file, CALLBACK_HOST: host, CALLBACK_PORT: port } = config;
  const { MPS_NOTIFY_PATH, MPS_NOTIFY_KEY, MPS_NOTIFY_EXPIRED, ...others } = config;
  const isCallbackRight = ![host, port, MPS_NOTIFY_PATH, MPS_NOTIFY_EXPIRED].includes(undefined);
  if (file === undefined && !isCallbackRight) return queueSourcesOf(others);
  const callbacks = {
    ...{ CALLBACK_HOST: host ?? LOOPBACK, CALLBACK_PORT: port ?? 0, MPS_NOTIFY_KEY },
    ...{ MPS_NOTIFY_PATH: MPS_NOTIFY_PATH ?? '', MPS_NOTIFY_EXPIRED: MPS_NOTIFY_EXPIRED ?? 'accept' },
  } as const;
  try {
    return configuredSources({ ...others, ...callbacks });
  } catch (error) {
    // The check of the configuration reports it.
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

async function trafficOf(
  source: ConfiguredSource,
  ledger: LedgerView,
  configured: number,
): Promise<readonly CheckItem[]> {
  try {
    return judgeTraffic(source, await ledger.tail(), { now: Date.now(), isOnly: configured === 1 });
  } catch (error) {
    // Whether the source can be reached is known all the same.
    if (error instanceof NotChecked) return [notChecked(`what it delivered is not known: ${error.message}`)];
    throw error;
  }
}
