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
  /** For data and notes; one cluster of each size has a folder in it. */
  readonly folder: string;
  readonly count: number;
  /**
   * Of the first broker; each takes two ports, one for clients and one for the others. Default: where they were the last
   * time, or else 9092.
   */
  readonly firstPort?: number | undefined;
  /** Told what is going on, in words. */
  readonly tell: Tell;
}

const DEFAULT_PORT = 9092;
/** Of several that stop at once, the last may wait for minutes for the others, which are gone, to let it go. */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Starts brokers that run on when this process ends, on data that an earlier run may have left, and waits until they
 * answer; those that run already are left alone. Answers their addresses, as for KAFKA_BROKERS. Rejects with `NoKafka` or
 * `StandingRefused`.
 */
export function startStandingBrokers(options: StandingOptions): Promise<string> {
  const { folder, count, tell } = options;
  return inTurn(folder, tell, async () => {
    const cluster = clusterFolder(folder, count);
    const running = await runningBrokers(folder);
    const standing = standingFor(options, cluster, running);
    const all = placesOf(cluster, count, standing.firstPort);
    const missing = all.filter(({ nodeId }) => !running.some((one) => one.nodeId === nodeId));
    if (missing.length === 0) tell(count === 1 ? 'the broker runs already' : `the ${count} brokers run already`);
    else await startMissing(cluster, standing, all, missing, tell);
    const now = await runningBrokers(folder);
    await orRefuse(cluster, Promise.all(all.map((place) => untilAnswers(place, now, count))));
    return all.map(({ advertisedPort }) => `127.0.0.1:${advertisedPort}`).join(',');
  });
}

/** What is to run: what ran the last time, on other ports where they are given and nothing runs on the old ones. */
function standingFor(options: StandingOptions, cluster: string, running: readonly RunningBroker[]): BrokerNotes {
  const { count, firstPort } = options;
  const other = running.find((one) => one.count !== count);
  if (other !== undefined)
    throw new StandingBrokersError(`a cluster of ${other.count} runs already; stop it first: npm run kafka:down`);
  const noted = readNotes(cluster);
  if (running.length === 0) {
    const clusterId = noted?.clusterId ?? newClusterId();
    return { clusterId, firstPort: firstPort ?? noted?.firstPort ?? DEFAULT_PORT };
  }
  if (noted === undefined)
    throw new StandingBrokersError('what runs has lost its data; stop it first: npm run kafka:down -- --remove-data');
  if (firstPort !== undefined && firstPort !== noted.firstPort)
    throw new StandingBrokersError(
      `it runs already, on port ${noted.firstPort}; to have it on another one, stop it first: npm run kafka:down`,
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
      `${(cause as Error).message}\nAll that they said is in ${cluster}/*.log. Try again, or begin anew, without ` +
        'their data: npm run kafka:down -- --remove-data',
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
 * Stops all brokers that `raiseBrokers` started in a folder; answers how many. Their data stays, unless it is to be
 * removed. One that does not stop by itself within 20 s is killed, which its data survives.
 */
export function stopStandingBrokers(folder: string, removeData: boolean, tell: Tell): Promise<number> {
  return inTurn(folder, tell, async () => {
    const running = await runningBrokers(folder);
    signalAll(running, 'SIGTERM');
    await untilNone(folder).catch(async () => {
      const left = await runningBrokers(folder);
      for (const { nodeId } of left) tell(`broker ${nodeId} does not stop by itself, and is killed`);
      signalAll(left, 'SIGKILL');
      await untilNone(folder).catch((cause: unknown) => {
        const pids = left.map(({ pid }) => pid).join(', ');
        throw new StandingBrokersError(`killed, and still there: process ${pids}; try again: npm run kafka:down`, {
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
