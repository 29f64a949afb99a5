import { createServer } from 'node:net';

import { eventually } from '@mps-ledger/spec-kit';
import { formatBroker, spawnBroker, untilReady, type BrokerOptions } from './broker';
import type { BrokerPlace } from './broker-properties';
import { newClusterId } from './brokers';
import { kafkaProgram } from './jars';
import { clusterFolder, placesOf, readNotes, removeClusters, writeNotes, type BrokerNotes } from './standing-notes';
import { isRunning, runningBrokers, type RunningBroker } from './standing-processes';
import { StandingBrokersError } from './standing-refused';
import { inTurn } from './turn';

type Tell = (line: string) => void;

export interface StandingOptions {
  /** Folder for data and state files, with a subfolder for each size of cluster. */
  readonly folder: string;
  readonly count: number;
  /**
   * Port of the first broker. Each takes two ports, one for clients and one for other brokers. Default: the ports of the last run, or
   * else 9092.
   */
  readonly firstPort?: number | undefined;
  /** Reports progress messages. */
  readonly tell: Tell;
}

const DEFAULT_PORT = 9092;
/** Limit of a shutdown: when all brokers stop at once, the last one may wait for minutes for the others. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts brokers that keep running when this process ends, on the data of earlier runs, and waits until they answer. Brokers that
 * already run are not changed. Returns their addresses, as for KAFKA_BROKERS. Rejects with `NoKafka` or `StandingBrokersError`.
 */
export function startStandingBrokers(options: StandingOptions): Promise<string> {
  const { folder, count, tell } = options;
  return inTurn(folder, tell, async () => {
    const cluster = clusterFolder(folder, count);
    const running = await runningBrokers(folder);
    const standing = standingFor(options, cluster, running);
    const all = placesOf(cluster, count, standing.firstPort);
    const missing = all.filter(({ nodeId }) => !running.some((one) => one.nodeId === nodeId));
    if (missing.length === 0)
      tell(count === 1 ? 'the broker is already running' : `all ${count} brokers are already running`);
    else await startMissing(cluster, standing, all, missing, tell);
    const now = await runningBrokers(folder);
    await orRefuse(cluster, Promise.all(all.map((place) => untilAnswers(place, now, count))));
    return all.map(({ advertisedPort }) => `127.0.0.1:${advertisedPort}`).join(',');
  });
}

/** The cluster to run: that of the last run, on other ports if they are given and no broker is running. */
function standingFor(options: StandingOptions, cluster: string, running: readonly RunningBroker[]): BrokerNotes {
  const { count, firstPort } = options;
  const other = running.find((one) => one.count !== count);
  if (other !== undefined)
    throw new StandingBrokersError(`a cluster of ${other.count} is already running; stop it first: npm run kafka:down`);
  const noted = readNotes(cluster);
  if (running.length === 0) {
    const clusterId = noted?.clusterId ?? newClusterId();
    return { clusterId, firstPort: firstPort ?? noted?.firstPort ?? DEFAULT_PORT };
  }
  if (noted === undefined)
    throw new StandingBrokersError(
      'the running brokers have lost their data; stop them first: npm run kafka:down -- --remove-data',
    );
  if (firstPort !== undefined && firstPort !== noted.firstPort)
    throw new StandingBrokersError(
      `it is already running on port ${noted.firstPort}; to use another port, stop it first: npm run kafka:down`,
    );
  return noted;
}

async function startMissing(
  cluster: string,
  standing: BrokerNotes,
  all: readonly BrokerPlace[],
  missing: readonly BrokerPlace[],
  tell: Tell,
): Promise<void> {
  const program = await kafkaProgram(tell);
  for (const { port, controllerPort } of missing) for (const one of [port, controllerPort]) await refuseTaken(one, all);
  tell(`starting ${missing.length === 1 ? 'a broker' : `${missing.length} brokers`}, data and output in ${cluster}`);
  writeNotes(cluster, standing);
  const each = missing.map((place): BrokerOptions => ({ program, place, all, settings: {}, life: 'long' }));
  await orRefuse(cluster, Promise.all(each.map((one) => formatBroker(one, standing.clusterId))));
  for (const one of each) spawnBroker(one);
}

function untilAnswers(place: BrokerPlace, running: readonly RunningBroker[], count: number): Promise<void> {
  const pid = running.find(({ nodeId }) => nodeId === place.nodeId)?.pid;
  return untilReady({ hasEnded: () => pid === undefined || !isRunning(pid) }, place, count);
}

async function orRefuse(cluster: string, step: Promise<unknown>): Promise<void> {
  await step.catch((cause: unknown) => {
    throw new StandingBrokersError(
      `${(cause as Error).message}\nTheir output is in ${cluster}/*.log. Try again, or start without their data: ` +
        'npm run kafka:down -- --remove-data',
      { cause },
    );
  });
}

async function refuseTaken(port: number, all: readonly BrokerPlace[]): Promise<void> {
  const firstPort = all[0]?.port ?? DEFAULT_PORT;
  const another = firstPort < 50_000 ? firstPort + 10_000 : DEFAULT_PORT;
  const way = `npm run kafka:up -- ${all.length === 1 ? '' : `--brokers ${all.length} `}--port ${another}`;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', () => reject(new StandingBrokersError(`port ${port} is taken; name another one: ${way}`)));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/**
 * Stops all brokers that `startStandingBrokers` started in a folder; returns their number. Their data is kept unless `removeData` is
 * set. A broker that does not stop within 20 s is killed; its data is kept.
 */
export function stopStandingBrokers(folder: string, removeData: boolean, tell: Tell): Promise<number> {
  return inTurn(folder, tell, async () => {
    const running = await runningBrokers(folder);
    signalAll(running, 'SIGTERM');
    await untilNone(folder).catch(async () => {
      const left = await runningBrokers(folder);
      for (const { nodeId } of left) tell(`broker ${nodeId} does not stop; killing it`);
      signalAll(left, 'SIGKILL');
      await untilNone(folder).catch((cause: unknown) => {
        const pids = left.map(({ pid }) => pid).join(', ');
        throw new StandingBrokersError(`killed, but still running: process ${pids}; try again: npm run kafka:down`, {
          cause,
        });
      });
    });
    if (removeData) removeClusters(folder);
    return running.length;
  });
}

function signalAll(running: readonly RunningBroker[], signal: NodeJS.Signals): void {
  for (const { pid } of running) if (isRunning(pid)) process.kill(pid, signal);
}

async function untilNone(folder: string): Promise<void> {
  const isOver = async (): Promise<boolean> => (await runningBrokers(folder)).length === 0;
  await eventually(isOver, { timeoutMs: STOP_TIMEOUT_MS, what: 'the end of the brokers' });
}
