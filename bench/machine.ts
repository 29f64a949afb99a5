import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { kafkaProgram } from '@mps-ledger/testing';

/** The machine that the figures are of. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memory_gb: number;
  readonly os: string;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memory_gb: Math.round(totalmem() / 1024 ** 3),
    os: `${platform()} ${release()}`,
  };
}

/** What is compared with what, by name and version, and the commit that ours is built from. */
export async function versions(postgres: string): Promise<Readonly<Record<string, string>>> {
  const { java } = await kafkaProgram();
  const kafka = readFileSync(join(process.cwd(), 'tools', 'kafka', 'pom.xml'), 'utf8');
  const connect = readFileSync(join(process.cwd(), 'bench', 'connect', 'pom.xml'), 'utf8');
  const said = spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr;
  const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const packages = ['fastify', 'kafkajs', 'pg', 'typeorm', '@nestjs/microservices'];
  return {
    ours: commit(),
    node: process.versions.node,
    postgres,
    kafka: versionIn(kafka, 'kafka_2.13'),
    'connect-runtime': versionIn(connect, 'connect-runtime'),
    'debezium-connector-jdbc': versionIn(connect, 'debezium-connector-jdbc'),
    java: /version "([^"]+)"/.exec(said)?.[1] ?? 'unknown',
    ...Object.fromEntries(packages.map((name) => [name, manifest.dependencies[name] ?? 'unknown'])),
  };
}

function versionIn(pom: string, artifact: string): string {
  const [, version = 'unknown'] = pom.split(`<artifactId>${artifact}</artifactId>`)[1]?.split(/<\/?version>/) ?? [];
  return version;
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
