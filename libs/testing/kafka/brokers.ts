import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePorts } from '../app-process';
// By its path: jest resolves aliases in specs only, and starts a broker before them.
import { eventually } from '../../spec-kit';
import {
  brokerFolder,
  formatBroker,
  spawnBroker,
  untilReady,
  type BrokerOptions,
  type BrokerRun,
  type ScramUser,
} from './broker';
import type { BrokerPlace } from './broker-properties';
import { kafkaProgram } from './jars';
import { watchBrokers, type BrokerWatcher } from './watcher';

export interface BrokersOptions {
  /** Number of brokers. Default 1. */
  readonly count?: number;
  /** Advertised ports, one per broker, if there are proxies before them. Default: the brokers' own ports. */
  readonly advertisedPorts?: readonly number[];
  /** Broker settings added to the usual ones, or overriding them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Users that may log in by SCRAM, if the settings require it. Default: none. */
  readonly scramUsers?: readonly ScramUser[];
  /** Expected lifetime: `short` saves time of the JIT compiler, `long` uses the options of a production broker. Default `short`. */
  readonly life?: BrokerOptions['life'];
}

/** A broker of a test cluster. */
export interface TestBroker {
  readonly nodeId: number;
  /** The broker's own port, also behind a proxy. */
  readonly port: number;
  /** Its data folder. */
  readonly folder: string;
  /** Pid of the current process, or of the last one. */
  pid(): number;
  /** Sends a signal that ends it, and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Sends a signal that does not end it, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void;
  /** Restarts it on its data; resolves when it answers. */
  start(): Promise<void>;
}

/** Brokers that belong to this process: they end with it, even on SIGKILL, and their data is removed. */
export interface TestBrokers {
  /** The advertised addresses, joined by commas, as for KAFKA_BROKERS. */
  readonly address: string;
  /** The addresses that bypass any proxies. */
  readonly directAddress: string;
  readonly brokers: readonly TestBroker[];
  stop(): Promise<void>;
}

/** Starts the brokers of one cluster. Rejects with `NoKafka` if there is no Java, or no jars. */
export async function startBrokers(options: BrokersOptions = {}): Promise<TestBrokers> {
  const { count = 1, settings = {}, scramUsers = [], life = 'short' } = options;
  const program = await kafkaProgram();
  const base = mkdtempSync(join(tmpdir(), 'mps-ledger-kafka-'));
  const ports = await freePorts(count * 3);
  const all = Array.from({ length: count }, (_, index): BrokerPlace => {
    const [port = 0, controllerPort = 0, directPort = 0] = ports.slice(index * 3);
    const advertisedPort = options.advertisedPorts?.[index] ?? port;
    const folder = brokerFolder(base, index + 1);
    return { nodeId: index + 1, port, controllerPort, advertisedPort, directPort, folder };
  });
  const watcher = watchBrokers(base);
  const brokers = all.map((place) => new OneBroker({ program, place, all, settings, scramUsers, life }, watcher));
  const stop = async (): Promise<void> => {
    await Promise.all(brokers.map((broker) => broker.kill('SIGKILL')));
    watcher.end();
    rmSync(base, { recursive: true, force: true });
  };
  try {
    const clusterId = newClusterId();
    await Promise.all(brokers.map((broker) => broker.format(clusterId)));
    await Promise.all(brokers.map((broker) => broker.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: all.map(({ advertisedPort }) => `127.0.0.1:${advertisedPort}`).join(','),
    directAddress: all.map(({ directPort = 0 }) => `127.0.0.1:${directPort}`).join(','),
    ...{ brokers, stop },
  };
}

/** A cluster id: 22 characters of URL-safe base64, Kafka's form of a UUID. It rejects some that begin with a dash. */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

class OneBroker implements TestBroker {
  private run: BrokerRun | undefined;

  constructor(
    private readonly options: BrokerOptions,
    private readonly watcher: BrokerWatcher,
  ) {}

  get nodeId(): number {
    return this.options.place.nodeId;
  }

  get port(): number {
    return this.options.place.port;
  }

  get folder(): string {
    return this.options.place.folder;
  }

  pid(): number {
    return this.run?.pid ?? 0;
  }

  format(clusterId: string): Promise<void> {
    return formatBroker(this.options, clusterId);
  }

  async start(): Promise<void> {
    const run = spawnBroker(this.options);
    this.run = run;
    this.watcher.started(run.pid);
    // After a restart the other brokers may be down.
    await untilReady(run, this.options.place, 1);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.run?.hasEnded() === false) process.kill(this.run.pid, signal);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { run } = this;
    if (run === undefined) return;
    this.signal(signal);
    // By polling, since the handle of the process does not keep this process alive.
    await eventually(() => run.hasEnded(), { what: `the end of broker ${this.nodeId}` });
    this.watcher.ended(run.pid);
  }
}
