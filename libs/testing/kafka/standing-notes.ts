import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { brokerFolder } from './broker';
import type { BrokerPlace } from './broker-properties';
import { StandingBrokersError } from './standing-refused';

/** Brokers that outlive whoever started them, as they are noted beside their data, from before there is any. */
export interface BrokerNotes {
  readonly clusterId: string;
  /** Of the first broker; each takes two ports, one for clients and one for the others. */
  readonly firstPort: number;
}

const NOTES = 'standing.json';
/** With how many brokers it has, the name of a cluster's folder. */
export const CLUSTER = 'brokers-';
const PORTS_PER_BROKER = 2;

/** Where a cluster of so many brokers has its data, output and notes. */
export function clusterFolder(folder: string, count: number): string {
  return join(folder, `${CLUSTER}${count}`);
}

/** Whole or not at all, whatever happens meanwhile. */
export function writeNotes(cluster: string, { clusterId, firstPort }: BrokerNotes): void {
  mkdirSync(cluster, { recursive: true });
  const partial = join(cluster, `${NOTES}.partial`);
  writeFileSync(partial, `${JSON.stringify({ clusterId, firstPort }, null, 2)}\n`);
  renameSync(partial, join(cluster, NOTES));
}

/** Undefined where no broker was ever. Throws `StandingRefused` where there are data that nobody can say the cluster of. */
export function readNotes(cluster: string): BrokerNotes | undefined {
  const file = join(cluster, NOTES);
  if (existsSync(file)) {
    const noted = parsed(readFileSync(file, 'utf8'));
    if (typeof noted?.clusterId === 'string' && typeof noted.firstPort === 'number') return noted as BrokerNotes;
  } else if (!existsSync(brokerFolder(cluster, 1))) {
    return undefined;
  }
  throw new StandingBrokersError(
    `${file} does not say what the data beside it are; begin anew, without them: npm run kafka:down -- --remove-data`,
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

/** Removes data, output and notes of all clusters. */
export function removeClusters(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith(CLUSTER)))
    rmSync(join(folder, name), { recursive: true, force: true });
}
