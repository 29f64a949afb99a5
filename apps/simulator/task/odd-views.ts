import type { Random } from '../random';
import type { ShownStatus, View } from './view';

const WORDS = ['SUSPENDED', 'FINISHED', 'Succeeded', 'ABORTED', 'RETRYING'];

/** A view with an unknown Status of the task or of one of its pieces, which does not change their state. */
export function oddView(life: readonly View[], random: Random): View {
  const view = random.pick(life);
  const shown = [...view.stands].filter(
    ([, stands]) => stands.length === 1 && stands[0]?.word !== '' && stands[0]?.early === undefined,
  );
  if (shown.length === 0 || random.chance(0.5)) return { ...view, word: random.pick(WORDS), end: null };
  const [id] = random.pick(shown);
  const odd: ShownStatus = { word: random.pick(WORDS), progress: 0, end: null };
  return { ...view, stands: new Map([...view.stands, [id, [odd]]]) };
}
