import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NEEDED_JAVA = 17;
const POM = join('tools', 'kafka', 'pom.xml');
/** What copies a hundred files over a slow line may take. */
const FETCH_TIMEOUT_MS = 10 * 60_000;

const HOW_TO_GET =
  'Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven.';

/** There is no Kafka to be had here; the message says what is missing and how to get it. */
export class NoKafka extends Error {
  override readonly name = 'NoKafka';
}

/** The programs and jars that a broker is started with. */
export interface KafkaProgram {
  readonly java: string;
  readonly classPath: string;
}

/** Jars that a pom names, with all that they need. */
export interface JarSet {
  /** From the project's folder on. */
  readonly pom: string;
  /** For people, and where in `.cache` they are kept: `Kafka` in `kafka`. */
  readonly name: string;
  readonly folder: string;
  readonly megabytes: number;
}

const KAFKA: JarSet = { pom: POM, name: 'Kafka', folder: 'kafka', megabytes: 50 };

/** Kafka's jars, or others, fetched by Maven once per version and kept in `.cache`. Rejects with `NoKafka`. */
export async function kafkaProgram(
  tell: (line: string) => void = () => undefined,
  jars: JarSet = KAFKA,
): Promise<KafkaProgram> {
  const java = await findJava();
  const root = projectRoot();
  const pom = join(root, jars.pom);
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const folder = join(root, '.cache', jars.folder, `jars-${version}`);
  if (!existsSync(folder)) await fetchJars({ ...jars, pom }, folder, tell);
  return { java, classPath: join(folder, '*') };
}

/**
 * Runs one of Kafka's own tools to its end, by its class; answers what it printed. Rejects as `execFile` does. Takes a second or
 * two, of which most is Java's.
 *
 * @param timeoutMs how long it may take; 0: as long as it will
 */
export async function runKafkaTool(
  { java, classPath }: KafkaProgram,
  tool: string,
  args: readonly string[],
  timeoutMs = 0,
): Promise<string> {
  const jvm = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classPath];
  const { stdout } = await run(java, [...jvm, tool, ...args], { timeout: timeoutMs });
  return stdout;
}

/** The Java to use. Rejects with `NoKafka` where there is none, or only an older one. */
export async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const said = await run(java, ['-version']).catch(() => undefined);
  if (said === undefined)
    throw new NoKafka(`Kafka needs Java ${NEEDED_JAVA} or newer, and there is none. ${HOW_TO_GET}`);
  const version = Number(/version "(\d+)/.exec(said.stderr)?.[1] ?? 0);
  if (version >= NEEDED_JAVA) return java;
  throw new NoKafka(`Kafka needs Java ${NEEDED_JAVA} or newer, and ${java} is Java ${version}. ${HOW_TO_GET}`);
}

/** Fetched beside its place and moved there when whole, so that two at once do no harm. */
async function fetchJars(jars: JarSet, folder: string, tell: (line: string) => void): Promise<void> {
  const { pom, name, megabytes } = jars;
  tell(`fetching the jars of ${name} with Maven, once (some ${megabytes} MB)`);
  const partial = `${folder}.${process.pid}`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`, '-DincludeScope=runtime'];
    await run('mvn', ['-q', '-B', '-f', pom, ...goal], { timeout: FETCH_TIMEOUT_MS });
    if (!existsSync(folder)) renameSync(partial, folder);
  } catch (error) {
    if (existsSync(folder)) return;
    throw noJars(name, error);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function noJars(name: string, error: unknown): NoKafka {
  const { code, stdout, message } = error as { code?: unknown; stdout?: string; message: string };
  if (code === 'ENOENT')
    return new NoKafka(`The jars of ${name} are fetched by Maven, and there is none. ${HOW_TO_GET}`);
  return new NoKafka(`Maven could not fetch the jars of ${name}: ${stdout?.trim() ?? message}`, { cause: error });
}

/** The project's folder: this file lies in it twice, as source and built. */
export function projectRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, POM))) return folder;
  }
  throw new Error(`no ${POM} above ${__dirname}`);
}
