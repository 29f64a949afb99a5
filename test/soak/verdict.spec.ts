import type { Sample } from './sample';
import { judge, RULES } from './verdict';

const MINUTES = 20;

/** A run sampled every five seconds: noisy, flat but for what `at` says of each moment. */
function run(at: (seconds: number) => Partial<Sample> = () => ({}), minutes = MINUTES): Sample[] {
  return Array.from({ length: minutes * 12 }, (_, index) => {
    const seconds = index * 5;
    const noise = ((index * 7919) % 13) - 6;
    const steady = { programMib: 200 + noise, postgresMib: 90 + noise, handles: 80, backends: 20, lagSeconds: 0.2 };
    return { seconds, ...steady, ...at(seconds) };
  });
}

const grown = (samples: readonly Sample[]): string[] =>
  judge(samples)
    .judged.filter(({ flat }) => !flat)
    .map(({ name }) => name);

describe('the verdict on a long run', () => {
  it('is flat where nothing grows, in spite of noise and spikes', () => {
    const spiky = run((seconds) => (seconds % 100 === 0 ? { programMib: 900, lagSeconds: 8 } : {}));
    expect(judge(spiky)).toMatchObject({ flat: true });
  });

  it('does not judge the warm-up', () => {
    expect(judge(run((seconds) => (seconds < 240 ? { programMib: 100 + seconds / 2.4 } : {}))).flat).toBe(true);
  });

  it.each([
    ['memory of the program', (seconds: number) => ({ programMib: 200 + seconds / 30 })],
    ['memory of Postgres', (seconds: number) => ({ postgresMib: 90 + seconds / 40 })],
    ['open handles', (seconds: number) => ({ handles: 80 + Math.floor(seconds / 60) })],
    ['Postgres processes', (seconds: number) => ({ backends: 20 + Math.floor(seconds / 120) })],
    ['lag', (seconds: number) => ({ lagSeconds: seconds / 100 })],
  ])('names what grows: %s', (name, at) => {
    expect(grown(run(at))).toEqual([name]);
    expect(judge(run(at)).flat).toBe(false);
  });

  it('is not flat where the lag could not be told half of the time', () => {
    expect(grown(run((seconds) => (seconds % 15 === 0 ? {} : { lagSeconds: null })))).toEqual(['lag']);
  });

  it('is not flat after too few samples', () => {
    expect(judge(run(undefined, 1)).flat).toBe(false);
    expect(judge([]).flat).toBe(false);
  });

  it('has a rule for each measure', () => {
    expect(RULES.map(({ measure }) => measure).sort()).toEqual(
      Object.keys(run()[0]!)
        .filter((name) => name !== 'seconds')
        .sort(),
    );
  });
});
