import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DOUBLE_SECRET, startCmqDouble } from '@mps-ledger/testing';
import type { Measurement, Stage } from '../contract';
import { startMeter } from '../meter';
import { makeLedger } from '../ours';
import { makeTopics } from '../topics';

const IDLE_QUEUES = 20;
/** Until the programs are compiled and all polls wait. */
const SETTLE_MS = 6_000;
const SECONDS = { quick: 10, full: 30 } as const;

/** What ingest takes while it polls queues without messages, and while it has no queue, in percent of one core. */
export async function idleQueues(stage: Stage): Promise<readonly Measurement[]> {
  const names = Array.from({ length: IDLE_QUEUES }, (_, number) => `queue-${number + 1}`);
  const cmq = await startCmqDouble({ queues: names });
  const [file, id, key] = ['sources.yaml', 'secret-id', 'secret-key'].map((name) => join(stage.folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(id, DOUBLE_SECRET.id);
  writeFileSync(key, DOUBLE_SECRET.key);
  const secrets = { secret_id_file: id, secret_key_file: key };
  const all = names.map((queue) => ({ id: queue, kind: 'cmq-queue', endpoint: cmq.url, queue, ...secrets }));
  writeFileSync(file, JSON.stringify({ sources: all }));
  try {
    return [
      await idle(stage, 'no queue', {}),
      await idle(stage, `${IDLE_QUEUES} empty queues`, { SOURCES_FILE: file }),
    ];
  } finally {
    await cmq.close();
  }
}

async function idle(stage: Stage, name: string, variables: Readonly<Record<string, string>>): Promise<Measurement> {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix, variables);
  try {
    await ledger.start('ingest');
    await pause(SETTLE_MS);
    const seconds = SECONDS[stage.options.quick ? 'quick' : 'full'];
    const meter = startMeter(stage, ledger.pids());
    await pause(seconds * 1000);
    const { cpuUs } = meter.read(1);
    return { case: name, unit: '% of a core', better: 'less', value: cpuUs.program / 1e4 / seconds };
  } finally {
    await ledger.drop();
    await topics.drop();
  }
}
