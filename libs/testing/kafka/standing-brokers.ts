import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { eventually } from '@mps-ledger/spec-kit';
import { brokerFolder, formatBroker, spawnBroker, untilReady, type BrokerOptions } from './broker';
import type { BrokerPlace } from './broker-properties';
import { newClusterId } from './brokers';
import { kafkaProgram } from './jars';
import { addressOf, alive, notedBelow, readNotes, writeNotes, type Standing } from './standing-notes';

export interface StandingOptions {
  /** For data and notes; one cluster of each size has a folder in it. */
  readonly folder: string;
  readonly count: number;
  /** Of the first broker; each takes two ports, one for clients and one for the others. */
  readonly firstPort: number;
  /** Told what is going on, in words. */
  readonly tell: (line: string) => void;
}

const PORTS_PER_BROKER = 2;
const STOP_TIMEOUT_MS = 60_000;

/** Brokers cannot be started as asked; the message says why and what to do. */
export class StandingRefused extends Error {
  override readonly name = 'StandingRefused';
}

/**
 * Starts brokers that run on when this process ends, on data that an earlier run may have left, and waits until they
 * answer; those that run already are left alone. Answers their addresses, as for KAFKA_BROKERS. Rejects with `NoKafka` or
 * `StandingRefused`.
 */
export async function raiseBrokers(options: StandingOptions): Promise<string> {
  const { count, tell } = options;
  const folder = join(options.folder, `brokers-${count}`);
  await refuseOthers(options.folder, folder);
  const noted = readNotes(folder) ?? { clusterId: newClusterId(), brokers: placesFor(folder, options) };
  const running = await alive(noted);
  if (running.length === count) {
    tell(count === 1 ? 'the broker runs already' : `the ${count} brokers run already`);
    return addressOf(noted);
  }
  await raiseMissing(folder, noted, running, tell);
  return addressOf(noted);
}

async function raiseMissing(
  folder: string,
  noted: Standing,
  running: readonly number[],
  tell: (line: string) => void,
): Promise<void> {
  const program = await kafkaProgram(tell);
  const missing = noted.brokers.filter(({ nodeId }) => !running.includes(nodeId));
  for (const { port, controllerPort } of missing) await refuseTaken([port, controllerPort]);
  tell(`starting ${missing.length === 1 ? 'a broker' : `${missing.length} brokers`}, data and output in ${folder}`);
  const all = noted.brokers;
  const each = missing.map((place): BrokerOptions => ({ program, place, all, settings: {}, life: 'long' }));
  await Promise.all(each.map((one) => formatBroker(one, noted.clusterId)));
  const pids = new Map<number, number>();
  const started = each.map((one) => {
    const run = spawnBroker(one);
    pids.set(one.place.nodeId, run.pid);
    return untilReady(run, one.place, all.length);
  });
  writeNotes(folder, { ...noted, brokers: all.map((one) => ({ ...one, pid: pids.get(one.nodeId) ?? one.pid })) });
  await Promise.all(started);
}

/**
 * Stops all brokers that `raiseBrokers` started below a folder; answers how many. Their data stays, unless it is to be
 * removed.
 */
export async function lowerBrokers(folder: string, removeData: boolean): Promise<number> {
  let stopped = 0;
  for (const { place, standing } of notedBelow(folder)) {
    const running = await alive(standing);
    stopped += running.length;
    for (const { nodeId, pid } of standing.brokers) if (running.includes(nodeId)) process.kill(pid, 'SIGTERM');
    await eventually(async () => (await alive(standing)).length === 0, {
      timeoutMs: STOP_TIMEOUT_MS,
      what: `the end of the brokers of ${place}`,
    });
    if (removeData) rmSync(place, { recursive: true, force: true });
  }
  return stopped;
}

function placesFor(folder: string, { count, firstPort }: StandingOptions): (BrokerPlace & { pid: number })[] {
  return Array.from({ length: count }, (_, index) => {
    const port = firstPort + index * PORTS_PER_BROKER;
    const place = { nodeId: index + 1, port, controllerPort: port + 1, advertisedPort: port, pid: 0 };
    return { ...place, folder: brokerFolder(folder, place.nodeId) };
  });
}

async function refuseOthers(below: string, folder: string): Promise<void> {
  for (const { place, standing } of notedBelow(below)) {
    if (place === folder || (await alive(standing)).length === 0) continue;
    throw new StandingRefused(
      `a cluster of ${standing.brokers.length} runs already; stop it first: npm run kafka:down`,
    );
  }
}

async function refuseTaken(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once('error', () => {
        reject(new StandingRefused(`port ${port} is taken; name another one: npm run kafka:up -- --port 19092`));
      });
      server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
    });
  }
}
