import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaProgram, type JarSet } from '@mps-ledger/testing';
import { pythonPackages } from '../python-packages';

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
  const folder = await pythonPackages(join(HERE, 'requirements.txt'), 'cmq');
  return (given) => stepsOf('python3', [join(HERE, 'cmq_client.py')], given, { PYTHONPATH: folder });
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
