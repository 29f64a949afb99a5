import { describeKafka } from '@mps-ledger/testing';
import { faultNamed } from './faults';
import { runSeries, type SeriesResult } from './series';

jest.setTimeout(600_000);

/** The first seed of each, all at once: a round is mostly waiting for the end of a session. */
const NAMES = [
  'kill',
  'derive.after-append',
  'projector.after-transaction',
  'projector.rebalance',
  'setup.genesis',
] as const;

describeKafka('cut off, the apps on Kafka lose, double and change nothing:', () => {
  const running = new Map<string, Promise<SeriesResult>>();

  beforeAll(() => {
    for (const name of NAMES) running.set(name, runSeries(faultNamed(name, 'kafka'), [1]));
  });

  it.each(NAMES)('%s', async (name) => {
    const result = await running.get(name);
    expect(result).toMatchObject({ failures: [], kept: [], runs: 1, lost: 0, doubled: 0, differing: 0 });
    expect(result?.kills).toBeGreaterThan(0);
  });
});
