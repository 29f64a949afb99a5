import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaProgram } from '@mps-ledger/testing';

const DOCUMENT = join(process.cwd(), 'docs/consuming.md');

/** Kafka's own scripts, by the classes that they run. */
const SCRIPTS = {
  'kafka-acls.sh': 'org.apache.kafka.tools.AclCommand',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer.sh': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-log-dirs.sh': 'org.apache.kafka.tools.LogDirsCommand',
} as const;

/** The commands in a document's shell blocks, each on one line. */
function commandsOf(document: string): readonly string[] {
  const blocks = [...readFileSync(document, 'utf8').matchAll(/^```sh\n(.*?)^```/gms)];
  return blocks.flatMap(([, block = '']) => block.replaceAll(/\s*\\\n\s*/g, ' ').split('\n'));
}

/** The one documented command that begins so and has this in it. Throws where there is none, or more than one. */
export function documentedCommand(beginning: string, part = ''): string {
  const found = commandsOf(DOCUMENT).filter((command) => command.startsWith(beginning) && command.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} commands in docs/consuming.md begin with ${beginning}`);
  return found.join();
}

export interface Shell {
  /** Runs a command with more arguments; answers what it printed. Rejects where it ends with anything but 0. */
  run(command: string, more?: readonly string[], input?: string): Promise<string>;
}

/** A shell that has the given variables, and Kafka's scripts, made in a folder, in its path. */
export async function shellWithKafka(folder: string, variables: Readonly<Record<string, string>>): Promise<Shell> {
  const { java, classPath } = await kafkaProgram();
  mkdirSync(folder, { recursive: true });
  for (const [name, program] of Object.entries(SCRIPTS)) {
    const script = join(folder, name);
    const command = `exec '${java}' -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '${classPath}' ${program} "$@"`;
    writeFileSync(script, `#!/bin/sh\n${command}\n`);
    chmodSync(script, 0o755);
  }
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  const env = { PATH: path, HOME: process.env['HOME'] ?? '', ...variables };
  return {
    async run(command, more = [], input = '') {
      const running = promisify(execFile)('bash', ['-c', `${command} "$@"`, 'bash', ...more], {
        ...{ env, maxBuffer: 256 * 1024 * 1024, timeout: 120_000 },
      });
      running.child.stdin?.end(input);
      return (await running).stdout;
    },
  };
}
