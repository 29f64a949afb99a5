import { LogNotReady } from '../errors';
import { readGenesis } from '../genesis';
import type { LogIdentity, LogLayout } from '../port';
import type { Connections } from './connections';
import { checkVersion } from './schema';

/**
 * Reads which log it is from the genesis records themselves. Rejects with `LogNotReady` naming what is missing or
 * contradictory, also against the layout if one is given, `LogTooNew`, or `LogUnavailable`.
 */
export async function readIdentity(
  connections: Connections,
  prefix: string,
  layout: LogLayout | undefined,
): Promise<LogIdentity> {
  const [version] = await connections.run<{ version: number }>({
    text: 'SELECT version FROM ledger_log.schema_version',
  });
  checkVersion(version?.version);
  const identity = await readLog(connections, prefix);
  const places = await readPlaces(connections, prefix);
  const topics = layout?.topics ?? [...new Set(places.map((place) => place.topic))];
  if (layout !== undefined && layout.partitions !== identity.partitions) {
    throw new LogNotReady(`the log has ${identity.partitions} partitions a topic, not ${layout.partitions}`);
  }
  for (const topic of topics) {
    for (let partition = 0; partition < identity.partitions; partition += 1) {
      checkGenesis(identity, topic, partition, places);
    }
  }
  return identity;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly headers: string | null;
  readonly value: Buffer | null;
}

async function readLog(connections: Connections, prefix: string): Promise<LogIdentity> {
  const [log] = await connections.run<{ log_id: string; generation: number; partitions: number }>({
    text: 'SELECT log_id, generation, partitions FROM ledger_log.log WHERE prefix = $1',
    values: [prefix],
  });
  if (log === undefined) throw new LogNotReady(`there is no log${prefixed(prefix)} in the database: run setup`);
  return { logId: log.log_id, generation: log.generation, partitions: log.partitions };
}

function readPlaces(connections: Connections, prefix: string): Promise<Place[]> {
  return connections.run<Place>({
    text: `SELECT p.topic, p.partition, r.headers, r.value
           FROM ledger_log.partition p LEFT JOIN ledger_log.record r ON r.partition_id = p.id AND r."offset" = 0
           WHERE p.prefix = $1`,
    values: [prefix],
  });
}

function checkGenesis(identity: LogIdentity, topic: string, partition: number, places: readonly Place[]): void {
  const where = `partition ${partition} of ${topic}`;
  const place = places.find((one) => one.topic === topic && one.partition === partition);
  if (place === undefined) throw new LogNotReady(`${where} is missing: run setup`);
  const headers = place.headers === null ? {} : (JSON.parse(place.headers) as Record<string, string>);
  const genesis = readGenesis({ headers, value: place.value });
  if (genesis === null) throw new LogNotReady(`${where} does not begin with a genesis record`);
  const { logId, generation } = genesis;
  if (logId === identity.logId && generation === identity.generation && genesis.partition === partition) return;
  throw new LogNotReady(
    `${where} begins with the genesis record of another log or place ` +
      `(log ${logId}, generation ${generation}, partition ${genesis.partition})`,
  );
}

function prefixed(prefix: string): string {
  return prefix === '' ? '' : ` with the topic prefix ${prefix}`;
}
