import { RebuildProgress } from './progress';

test('the progress of a rebuild has done and total, the rate of the last seconds, the time left and the lag', () => {
  let now = 0;
  const progress = new RebuildProgress(() => now);
  progress.reaches(
    new Map([
      ['events', [3_000, 1_000]],
      ['rejected', [1_000]],
    ]),
  );
  expect(progress.figures()).toEqual({
    ...{ step: 'starting', done: 0, total: 5_000, perSecond: 0, secondsLeft: null, lag: 5_000 },
  });
  progress.step = 'loading';
  progress.at('events', 0, 600);
  progress.at('rejected', 0, 400);
  now = 2_000;
  const figures = progress.figures();
  expect(figures).toEqual({ step: 'loading', done: 1_000, total: 5_000, perSecond: 500, secondsLeft: 8, lag: 4_000 });
  now = 30_000;
  progress.at('events', 0, 1_600);
  // What is longer ago does not count.
  now = 32_000;
  progress.figures();
  progress.at('events', 0, 2_600);
  now = 34_000;
  expect(progress.figures()).toMatchObject({ done: 3_000, perSecond: 63, lag: 2_000 });
});
