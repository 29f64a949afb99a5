import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NEEDED_JAVA = 17;
const POM = join('tools', 'kafka', 'pom.xml');
/** Time limit of the download, for a slow connection. */
const FETCH_TIMEOUT_MS = 10 * 60_000;

const HOW_TO_GET =
  'Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven.';

/** Kafka, or what else runs on its Java, is not available; the message contains what is missing and how to get it. */
export class NoKafka extends Error {
  override readonly name = 'NoKafka';
}

/** Java and the jars of a broker. */
export interface KafkaProgram {
  readonly java: string;
  readonly classPath: string;
}

/** Jars of a pom, with their dependencies. */
export interface JarSet {
  /** Path from the project's folder. */
  readonly pom: string;
  /** Name for messages; in lower case, the folder in `.cache`. */
  readonly name: string;
  readonly folder: string;
  readonly megabytes: number;
}

const KAFKA: JarSet = { pom: POM, name: 'Kafka', folder: 'kafka', megabytes: 50 };

/** Fetches the jars of Kafka, or other ones, by Maven, once per version, to `.cache`. Rejects with `NoKafka`. */
export async function kafkaProgram(
  tell: (line: string) => void = () => undefined,
  jars: JarSet = KAFKA,
): Promise<KafkaProgram> {
  const java = await findJava(jars.name);
  const root = projectRoot();
  const pom = join(root, jars.pom);
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const folder = join(root, '.cache', jars.folder, `jars-${version}`);
  if (!existsSync(folder)) await fetchJars({ ...jars, pom }, folder, tell);
  return { java, classPath: join(folder, '*') };
}

/**
 * Runs one of Kafka's tools, by its class, and returns its output. Rejects like `execFile`. Takes a second or two, mostly for the
 * start of Java.
 *
 * @param timeoutMs time limit; 0: none
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

/** The path of Java. Rejects with `NoKafka` if there is none, or only an older version: `what` needs it. */
export async function findJava(what = KAFKA.name): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const said = await run(java, ['-version']).catch(() => undefined);
  if (said === undefined)
    throw new NoKafka(`${what} needs Java ${NEEDED_JAVA} or newer, and there is none. ${HOW_TO_GET}`);
  const version = Number(/version "(\d+)/.exec(said.stderr)?.[1] ?? 0);
  if (version >= NEEDED_JAVA) return java;
  throw new NoKafka(`${what} needs Java ${NEEDED_JAVA} or newer, and ${java} is Java ${version}. ${HOW_TO_GET}`);
}

/** Fetches to a temporary folder, which is renamed when complete, so that concurrent runs do no harm. */
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

/** The project's folder, found both from the source and from the build. */
export function projectRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, POM))) return folder;
  }
  throw new Error(`no ${POM} above ${__dirname}`);
}
