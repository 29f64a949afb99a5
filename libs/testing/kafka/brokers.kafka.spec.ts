import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { eventually } from '@mps-ledger/spec-kit';
import { startProgram } from '../program';
import { fetchClusterMetadata } from './cluster-metadata';
import { describeOwnBrokers } from './test-kafka';

jest.setTimeout(180_000);

const answers = (port: number): Promise<boolean> =>
  fetchClusterMetadata(port).then(
    () => true,
    () => false,
  );

describeOwnBrokers('brokers for specs', () => {
  it('are gone, and their data with them, when whoever started them was killed', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('mps-ledger-kafka-'));
    const before = folders();
    const program = startProgram('libs/testing/programs/hold-brokers.js', {});
    const said = await eventually(() => program.said()[0], { timeoutMs: 120_000, what: 'the broker' });
    const port = Number(said['port']);
    expect((await fetchClusterMetadata(port)).brokers).toEqual([1]);
    const own = folders().filter((name) => !before.includes(name));
    program.signal('SIGKILL');
    await program.ended;
    await eventually(async () => !(await answers(port)));
    await eventually(() => own.some((name) => !existsSync(join(tmpdir(), name))));
  });
});
