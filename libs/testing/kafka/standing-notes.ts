import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { brokerFolder } from './broker';
import type { BrokerPlace } from './broker-properties';
import { StandingBrokersError } from './standing-refused';

/** The state file of standing brokers, which run independently of the process that started them. Written before their data. */
export interface BrokerNotes {
  readonly clusterId: string;
  /** Port of the first broker. Each takes two ports, one for clients and one for other brokers. */
  readonly firstPort: number;
}

const NOTES = 'standing.json';
/** Prefix of a cluster's folder, followed by the number of its brokers. */
export const CLUSTER = 'brokers-';
const PORTS_PER_BROKER = 2;

/** The folder with data, output and state file of the cluster with this number of brokers. */
export function clusterFolder(folder: string, count: number): string {
  return join(folder, `${CLUSTER}${count}`);
}

/** Writes the state file atomically. */
export function writeNotes(cluster: string, { clusterId, firstPort }: BrokerNotes): void {
  mkdirSync(cluster, { recursive: true });
  const partial = join(cluster, `${NOTES}.partial`);
  writeFileSync(partial, `${JSON.stringify({ clusterId, firstPort }, null, 2)}\n`);
  renameSync(partial, join(cluster, NOTES));
}

/** Reads the state file; undefined if there was never a broker. Throws a `StandingBrokersError` for data without a valid state file. */
export function readNotes(cluster: string): BrokerNotes | undefined {
  const file = join(cluster, NOTES);
  if (existsSync(file)) {
    const noted = parsed(readFileSync(file, 'utf8'));
    if (typeof noted?.clusterId === 'string' && typeof noted.firstPort === 'number') return noted as BrokerNotes;
  } else if (!existsSync(brokerFolder(cluster, 1))) {
    return undefined;
  }
  throw new StandingBrokersError(
    `${file} is not valid, so the data beside it cannot be used; start without them: npm run kafka:down -- --remove-data`,
  );
}

function parsed(text: string): Partial<BrokerNotes> | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Partial<BrokerNotes> | undefined;
  } catch {
    return undefined;
  }
}

export function placesOf(cluster: string, count: number, firstPort: number): readonly BrokerPlace[] {
  return Array.from({ length: count }, (_, index) => {
    const port = firstPort + index * PORTS_PER_BROKER;
    const ports = { port, controllerPort: port + 1, advertisedPort: port };
    return { nodeId: index + 1, ...ports, folder: brokerFolder(cluster, index + 1) };
  });
}

/** Removes data, output and state files of all clusters. */
export function removeClusters(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith(CLUSTER)))
    rmSync(join(folder, name), { recursive: true, force: true });
}
