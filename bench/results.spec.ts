import type { Bench, ContestantName, Measurement } from './contract';
import { resultsOf, type Turn } from './results';
import { tableOf } from './table';

const bench: Bench = {
  name: 'derive',
  about: 'a comparison',
  notification: 'seed 000',
  contestants: ['ours', 'copy'],
  prepare: () => Promise.reject(new Error('not to be played')),
};

function measured(value: number, more: Partial<Measurement> = {}): Measurement {
  return { case: '', unit: 'events/s', better: 'more', value, ...more };
}

function turn(contestant: ContestantName, round: number, ...measurements: Measurement[]): Turn {
  return { contestant, round, measurements, fault: null };
}

const faulty = (contestant: ContestantName, round: number, fault: string): Turn => ({
  ...{ contestant, round, fault },
  measurements: [],
});

describe('the results of a bench', () => {
  it('are medians of the rounds, and ratios of ours to the others round by round', () => {
    const [ours, copy] = resultsOf(bench, [
      ...[turn('ours', 1, measured(10)), turn('copy', 1, measured(20))],
      ...[turn('ours', 2, measured(30)), turn('copy', 2, measured(30))],
      ...[turn('ours', 3, measured(20)), turn('copy', 3, measured(80))],
    ]);
    expect(ours).toMatchObject({ contestant: 'ours', median: 20, min: 10, max: 30, ratio_of_ours: 1, rounds: 3 });
    expect(copy).toMatchObject({ median: 30, min: 20, max: 80, ratio_of_ours: 0.5, ratio_min: 0.25, ratio_max: 1 });
  });

  it('keep the median of CPU time by process and the highest memory', () => {
    const cpu = (program: number) => ({ cpuUs: { program, postgres: 1, broker: 2 } });
    const [ours] = resultsOf(bench, [
      turn('ours', 1, measured(10, { ...cpu(5), peakRssMb: 90 })),
      turn('ours', 2, measured(10, { ...cpu(9), peakRssMb: 70 })),
    ]);
    expect(ours).toMatchObject({ cpu_us: { program: 7, postgres: 1, broker: 2 }, peak_rss_mb: 90 });
  });

  it('say that a rate is extrapolated where some round was', () => {
    const [ours] = resultsOf(bench, [
      turn('ours', 1, measured(10)),
      turn('ours', 2, measured(12, { extrapolated: true })),
    ]);
    expect(ours).toMatchObject({ median: 11, extrapolated: true });
    expect(tableOf(bench.about, ours === undefined ? [] : [ours])).toContain('~11.0');
  });

  it('have no figure of who is disqualified in any round, and no ratio to it', () => {
    const [ours, copy] = resultsOf(bench, [
      ...[turn('ours', 1, measured(10)), turn('copy', 1, measured(20))],
      ...[turn('ours', 2, measured(10)), faulty('copy', 2, '3 are missing')],
    ]);
    expect(ours).toMatchObject({ median: 10, disqualified: null });
    expect(copy).toMatchObject({ median: null, ratio_of_ours: null, rounds: 0, disqualified: '3 are missing' });
    expect(tableOf(bench.about, copy === undefined ? [] : [copy])).toContain('copy is disqualified: 3 are missing');
  });

  it('have no ratio to ours where ours is disqualified', () => {
    const [ours, copy] = resultsOf(bench, [faulty('ours', 1, 'one is missing'), turn('copy', 1, measured(20))]);
    expect(ours).toMatchObject({ median: null, disqualified: 'one is missing' });
    expect(copy).toMatchObject({ median: 20, ratio_of_ours: null });
  });

  it('tell cases apart, also in what one could not do', () => {
    const slow = measured(5, { case: '50/s' });
    const fast = measured(NaN, { case: '1000/s', fault: 'not answered' });
    const results = resultsOf(bench, [turn('ours', 1, slow, fast)]);
    expect(results.map(({ case: of, median, disqualified }) => [of, median, disqualified])).toEqual([
      ['50/s', 5, null],
      ['1000/s', null, 'not answered'],
    ]);
    expect(tableOf(bench.about, results)).toContain('ours is disqualified (1000/s): not answered');
  });
});
