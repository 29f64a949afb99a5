import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// By its path: jest resolves aliases in specs only, and starts a broker before them.
import { eventually } from '../../spec-kit';
import { fetchClusterMetadata } from './cluster-metadata';
import { brokerProperties, type BrokerPlace } from './broker-properties';
import { runKafkaTool, type KafkaProgram } from './jars';

export interface BrokerOptions {
  readonly program: KafkaProgram;
  readonly place: BrokerPlace;
  readonly all: readonly BrokerPlace[];
  /** Settings added to the usual ones, or overriding them. */
  readonly settings: Readonly<Record<string, string>>;
  /** Users that may log in by SCRAM. Default: none. */
  readonly scramUsers?: readonly ScramUser[];
  /** Expected lifetime: `short` saves time of the JIT compiler, `long` uses the options of a production broker. */
  readonly life: 'short' | 'long';
}

export interface ScramUser {
  readonly name: string;
  readonly password: string;
}

/** One run of a broker, from start to end. */
export interface BrokerRun {
  readonly pid: number;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
}

const JVM = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-Djava.awt.headless=true'];
const START_TIMEOUT_MS = 120_000;

const propertiesOf = (place: BrokerPlace): string => `${place.folder}.properties`;
const outputOf = (place: BrokerPlace): string => `${place.folder}.log`;

/** Writes a broker's configuration and formats its data folder, unless it is already formatted for the same cluster. */
export async function formatBroker(options: BrokerOptions, clusterId: string): Promise<void> {
  const { program, place, all, settings } = options;
  mkdirSync(dirname(place.folder), { recursive: true });
  writeFileSync(propertiesOf(place), brokerProperties(place, all, settings));
  const credentials = (options.scramUsers ?? []).flatMap(({ name, password }) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((way) => ['--add-scram', `${way}=[name=${name},password=${password}]`]),
  );
  const format = ['format', '--ignore-formatted', '-t', clusterId, '-c', propertiesOf(place), ...credentials];
  await runKafkaTool(program, 'kafka.tools.StorageTool', format).catch((cause: unknown) => {
    const { stdout = '', stderr = '', message } = cause as { stdout?: string; stderr?: string; message: string };
    const said = withoutFrames(`${stdout}${stderr}`) || message;
    throw new Error(`the data of broker ${place.nodeId} could not be laid out:\n${said}`, { cause });
  });
}

/** Starts a formatted broker in its own session, so that Ctrl-C in a terminal does not reach it. Returns at once. */
export function spawnBroker({ program, place, life }: BrokerOptions): BrokerRun {
  const output = openSync(outputOf(place), 'a');
  const tier = life === 'short' ? ['-XX:TieredStopAtLevel=1'] : [];
  const child = spawn(program.java, [...JVM, ...tier, '-cp', program.classPath, 'kafka.Kafka', propertiesOf(place)], {
    cwd: dirname(place.folder),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  child.unref();
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  void ended.then(() => (over = true));
  return { pid: child.pid ?? 0, ended, hasEnded: () => over };
}

/** Waits until a broker reports all brokers and a controller. Rejects with the end of its log if it ends. */
export async function untilReady(run: Pick<BrokerRun, 'hasEnded'>, place: BrokerPlace, brokers: number): Promise<void> {
  const isReady = async (): Promise<boolean> => {
    if (run.hasEnded()) return true;
    const seen = await fetchClusterMetadata(place.directPort ?? place.port);
    return seen.brokers.length >= brokers && seen.controller >= 0;
  };
  await eventually(isReady, { timeoutMs: START_TIMEOUT_MS, what: `broker ${place.nodeId} on port ${place.port}` });
  if (run.hasEnded()) throw new Error(`broker ${place.nodeId} did not start:\n${lastWords(place)}`);
}

function lastWords(place: BrokerPlace): string {
  return existsSync(outputOf(place)) ? withoutFrames(readFileSync(outputOf(place), 'utf8')) : '';
}

/** The last lines of its log, without Java stack frames. */
function withoutFrames(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^\s+(at |\.\.\. )/.test(line));
  return lines.slice(-10).join('\n');
}

/** The folder of a broker's files. */
export function brokerFolder(base: string, nodeId: number): string {
  return join(base, `broker-${nodeId}`);
}
