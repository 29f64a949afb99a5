import { LIVE_KINDS, type SimulatedItem } from '../catalogue/live-kinds';
import type { Random } from '../random';
import type { View } from './view';

/** The notifications of a live stream before its end: each item once, a sentence also while it is not steady, some never steady. */
export function liveViews(random: Random): readonly View[] {
  const views: View[] = [];
  const count = random.between(1, 6);
  for (let n = 0; n < count; n += 1) {
    const kind = random.pick(LIVE_KINDS);
    const speaker = kind.isSubtitle ? random.pick(['', 'u-1', '用户-2']) : '';
    const start = random.between(0, 3) * 2.5;
    const revisions = kind.isSubtitle ? random.between(0, 3) : 0;
    const report = (revision: number, steady: boolean): SimulatedItem => ({
      ...{ kind, speaker, start, steady, end: start + 0.5 + revision + n / 16 },
      text: steady ? `结果 ${n}` : `结果 ${n} ${'…'.repeat(revision + 1)}`,
    });
    for (let revision = 0; revision < revisions; revision += 1) views.push(viewOf([report(revision, false)]));
    if (revisions === 0 || random.chance(0.8)) views.push(viewOf([report(revisions, true)]));
  }
  return views;
}

function viewOf(items: readonly SimulatedItem[]): View {
  return { word: 'PROCESSING', end: null, media: false, stands: new Map(), items };
}
