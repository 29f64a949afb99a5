import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { freePorts, kafkaProgram, type JarSet, type KafkaProgram } from '@mps-ledger/testing';
import { startCommand } from '../programs';
import { complaintOf, type ConnectorStatus } from './status';

const HERE = join('bench', 'connect');
const JARS: JarSet = {
  pom: join(HERE, 'pom.xml'),
  name: 'Kafka Connect and Debezium’s JDBC sink',
  folder: 'kafka-connect',
  megabytes: 65,
};

/** As much heap as Connect's own scripts give at most; where they have G1, the collector that costs less CPU on two cores. */
const JVM = ['-Xms1g', '-Xmx2g', '-XX:+UseParallelGC', '-Djava.awt.headless=true'];
const MAIN = 'org.apache.kafka.connect.cli.ConnectStandalone';

/** Fetches the jars by Maven, once; where that is not possible, says in one line what is missing. */
export async function findConnect(tell: (line: string) => void): Promise<KafkaProgram | { readonly missing: string }> {
  return kafkaProgram(tell, JARS).catch((error: unknown) => {
    const missing = error instanceof Error ? lineOf(error.message) : String(error);
    tell(`without Debezium’s JDBC sink: ${missing}`);
    return { missing };
  });
}

/** What Maven says first, without its colours. */
const lineOf = (message: string): string =>
  (stripVTControlCharacters(message).split('\n')[0] ?? '').replace(/^\[ERROR\] | -> \[Help \d+\]$/g, '').trim();

export interface SinkOptions {
  readonly program: KafkaProgram;
  /** Of the connector, and so of its consumers' group. */
  readonly name: string;
  /** To be made, for its files. */
  readonly folder: string;
  readonly brokers: string;
  /** Full name. */
  readonly topic: string;
  /** With the table of `event.sql`. */
  readonly databaseUrl: string;
  readonly tasks: number;
}

/** Kafka Connect with one connector, in a process of its own. */
export interface Connect {
  readonly pid: number;
  /** What keeps it from its work; null where all its tasks run. */
  complaint(): Promise<string | null>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** Starts it; returns before it is running. */
export async function startConnect(options: SinkOptions): Promise<Connect> {
  const { program, name, folder, brokers, tasks } = options;
  const [port = 0] = await freePorts(1);
  const rest = `http://127.0.0.1:${port}`;
  // The connector's file names the database's password.
  mkdirSync(folder, { mode: 0o700 });
  const worker = [
    readFileSync(join(HERE, 'worker.properties'), 'utf8').trimEnd(),
    `bootstrap.servers=${brokers}`,
    `listeners=${rest}`,
    `offset.storage.file.filename=${join(folder, 'offsets')}`,
  ];
  const files = { worker: join(folder, 'worker.properties'), connector: join(folder, 'connector.json') };
  writeFileSync(files.worker, `${worker.join('\n')}\n`);
  writeFileSync(files.connector, JSON.stringify({ name, config: connectorOf(options) }));
  const java = startCommand(program.java, [...JVM, '-cp', program.classPath, MAIN, files.worker, files.connector]);
  return {
    pid: java.pid,
    async complaint() {
      const answer = await fetch(`${rest}/connectors/${name}/status`, { signal: AbortSignal.timeout(10_000) }).catch(
        () => undefined,
      );
      if (answer?.ok !== true) return `Kafka Connect does not answer. ${java.lastWords()}`.trimEnd();
      return complaintOf((await answer.json()) as ConnectorStatus, tasks);
    },
    async stop() {
      await java.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * What `sink.json` says, and what differs from turn to turn. In it: a value becomes a row's one column, then partition and
 * offset are put in. `primary.key.mode` is not `kafka`, with which Debezium 3.5.0 finds no columns
 * of a batch's second row on when it writes by UNNEST. Genesis records are no events, and one batch has one form of row.
 */
function connectorOf({ topic, databaseUrl, tasks }: SinkOptions): Readonly<Record<string, string>> {
  const { host, pathname, username, password } = new URL(databaseUrl);
  return {
    ...(JSON.parse(readFileSync(join(HERE, 'sink.json'), 'utf8')) as Readonly<Record<string, string>>),
    'tasks.max': `${tasks}`,
    topics: topic,
    'connection.url': `jdbc:postgresql://${host}${pathname}`,
    'connection.username': decodeURIComponent(username),
    'connection.password': decodeURIComponent(password),
  };
}
