import type { Random } from '../random';
import type { Stand, View } from './view';

const WORDS = ['SUSPENDED', 'FINISHED', 'Succeeded', 'ABORTED', 'RETRYING'];

/** A report with a Status that nobody knows, of the task or of one of its pieces: it says nothing about how far they are. */
export function oddView(life: readonly View[], random: Random): View {
  const view = random.pick(life);
  const shown = [...view.stands].filter(
    ([, stands]) => stands.length === 1 && stands[0]?.word !== '' && stands[0]?.early === undefined,
  );
  if (shown.length === 0 || random.chance(0.5)) return { ...view, word: random.pick(WORDS), end: null };
  const [id] = random.pick(shown);
  const odd: Stand = { word: random.pick(WORDS), progress: 0, end: null };
  return { ...view, stands: new Map([...view.stands, [id, [odd]]]) };
}
