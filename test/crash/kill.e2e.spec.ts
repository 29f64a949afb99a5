import type { Fault } from './fault';
import { faultNamed } from './faults';
import { runSeries } from './series';

jest.setTimeout(900_000);

/** The harm of `npm run test:crash -- --rounds 20 --seed 1`, under half of its load. */
const SEEDS = Array.from({ length: 20 }, (_, number) => number + 1);
const HALF: Fault = { ...faultNamed('kill'), load: { tasks: 50 } };

describe('twenty kills at random moments under load, of the program, its Postgres, or both,', () => {
  it('lose, double and change nothing that was acknowledged', async () => {
    const { failures, runs, lost, doubled, differing, acknowledged, kept } = await runSeries(HALF, SEEDS);
    expect({ failures, kept, runs, lost, doubled, differing }).toEqual({
      ...{ failures: [], kept: [], runs: SEEDS.length },
      ...{ lost: 0, doubled: 0, differing: 0 },
    });
    expect(acknowledged).toBeGreaterThan(SEEDS.length * 50);
  });
});
