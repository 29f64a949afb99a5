import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaProgram, type JarSet } from '@mps-ledger/testing';

const run = promisify(execFile);
const HERE = join('test', 'interoperability', 'cmq');
const JARS: JarSet = { pom: join('tools', 'cmq', 'pom.xml'), name: 'the client of CMQ', folder: 'cmq', megabytes: 1 };
const TIMEOUT_MS = 300_000;

/** What a client of the vendor's is given: a queue, a key, and the bodies to send. */
export interface ClientRun {
  readonly endpoint: string;
  readonly queue: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly sign: 'sha1' | 'sha256';
  readonly bodies: readonly string[];
}

/** A client of the vendor's, ready to run: resolves with the objects that it printed, one for each step. */
export type VendorClient = (given: ClientRun) => Promise<readonly Record<string, unknown>[]>;

/** The Java client, compiled as it is run: needs a JDK, not only a JRE. */
export async function javaClient(): Promise<VendorClient> {
  const { java, classPath } = await kafkaProgram(undefined, JARS);
  return (given) => stepsOf(java, ['-cp', classPath, join(HERE, 'CmqClient.java')], given);
}

/** The Python client, in an environment of its own in `.cache`. */
export async function pythonClient(): Promise<VendorClient> {
  const requirements = join(HERE, 'requirements.txt');
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join('.cache', 'cmq', `python-${version}`);
  if (!existsSync(folder)) await installPython(requirements, folder);
  return (given) => stepsOf('python3', [join(HERE, 'cmq_client.py')], given, { PYTHONPATH: folder });
}

/** Installs to a temporary folder, which is renamed when complete, so that concurrent runs do no harm. */
async function installPython(requirements: string, folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  const venv = `${partial}.venv`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: TIMEOUT_MS });
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--target', partial, '-r', requirements];
    await run(join(venv, 'bin', 'pip'), ['install', ...options], { timeout: TIMEOUT_MS });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    for (const left of [partial, venv]) rmSync(left, { recursive: true, force: true });
  }
}

async function stepsOf(program: string, words: readonly string[], given: ClientRun, env: NodeJS.ProcessEnv = {}) {
  const { endpoint, queue, secretId, secretKey, sign, bodies } = given;
  const encoded = bodies.map((body) => Buffer.from(body).toString('base64'));
  const { stdout } = await run(program, [...words, endpoint, queue, secretId, secretKey, sign, ...encoded], {
    env: { ...process.env, ...env },
    timeout: TIMEOUT_MS,
  });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
