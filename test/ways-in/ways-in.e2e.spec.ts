import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCmqProgramQueue } from '@mps-ledger/testing';
import { eachWay } from './each-way';
import { CALLBACK, FILE, queueWay, TOPIC, type WayIn } from './ways';

let secrets: string;
beforeAll(() => (secrets = mkdtempSync(join(tmpdir(), 'mps-ledger-secrets-'))));
afterAll(() => rmSync(secrets, { recursive: true, force: true }));

function secretFile(name: string, value = ''): string {
  const path = join(secrets, name);
  writeFileSync(path, value);
  return path;
}

async function cmqQueue(): Promise<WayIn> {
  return queueWay('cmq-queue', await startCmqProgramQueue(), (settings) => ({
    endpoint: settings['CMQ_ENDPOINT'],
    queue: settings['CMQ_QUEUE'],
    secret_id_file: secretFile('id', settings['CMQ_SECRET_ID']),
    secret_key_file: secretFile('key', settings['CMQ_SECRET_KEY']),
  }));
}

describe('by each way into one ledger', () => {
  const kinds = ['callback', 'cmq-topic', 'cmq-queue', 'file'] as const;
  eachWay(kinds, async () => [CALLBACK, TOPIC, await cmqQueue(), FILE]);
});
