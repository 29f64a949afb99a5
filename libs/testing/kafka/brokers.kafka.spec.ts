import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePorts } from '../app-process';
import { eventually } from '@mps-ledger/spec-kit';
import { startProgram } from '../program';
import { askBroker } from './ask-broker';
import { lowerBrokers, raiseBrokers } from './standing-brokers';
import { describeKafka } from './test-kafka';

jest.setTimeout(180_000);

const answers = (port: number): Promise<boolean> =>
  askBroker(port).then(
    () => true,
    () => false,
  );

describeKafka('brokers for specs', () => {
  it('are gone, and their data with them, when whoever started them was killed', async () => {
    const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('mps-ledger-kafka-'));
    const before = folders();
    const program = startProgram('libs/testing/programs/hold-brokers.js', {});
    const said = await eventually(() => program.said()[0], { timeoutMs: 120_000, what: 'the broker' });
    const port = Number(said['port']);
    expect((await askBroker(port)).brokers).toEqual([1]);
    const own = folders().filter((name) => !before.includes(name));
    program.signal('SIGKILL');
    await program.ended;
    await eventually(async () => !(await answers(port)));
    await eventually(() => own.some((name) => !existsSync(join(tmpdir(), name))));
  });
});

describeKafka('standing brokers', () => {
  it('are started once, found again, started again where one died, and stopped, with their data kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'standing-'));
    const told: string[] = [];
    const options = { folder, count: 1, firstPort: 0, tell: (line: string) => told.push(line) };
    // The port after a free one need not be free.
    const address = await eventually(async () => {
      [options.firstPort = 0] = await freePorts(1);
      return raiseBrokers(options);
    });
    const { firstPort } = options;
    expect(address).toBe(`127.0.0.1:${firstPort}`);
    expect((await askBroker(firstPort)).brokers).toEqual([1]);
    expect(await raiseBrokers(options)).toBe(address);
    expect(told.at(-1)).toBe('the broker runs already');
    await expect(raiseBrokers({ ...options, count: 3 })).rejects.toThrow('npm run kafka:down');
    expect(await lowerBrokers(folder, false)).toBe(1);
    expect(await answers(firstPort)).toBe(false);
    expect(await lowerBrokers(folder, false)).toBe(0);
    expect(readdirSync(folder)).toEqual(['brokers-1']);
    expect(await raiseBrokers(options)).toBe(address);
    expect(await lowerBrokers(folder, true)).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
