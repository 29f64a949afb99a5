import type { Random } from '../random';
import { failure, success, timeAfter, type SubtaskEnd } from './ends';
import { finishOf } from './life';
import type { Plan, TaskEnd } from './plan';
import { endedAs, type ShownStatus, type View } from './view';

/** A second FINISH that contradicts the first: about the task's own end, or about one of its pieces. */
export function contradictionOf(plan: Plan, random: Random): View {
  const finish = finishOf(plan);
  const ended = [...finish.stands].filter(([, stands]) => stands.some((stand) => stand.end !== null));
  if (ended.length === 0 || random.chance(0.4)) return { ...finish, end: otherEnd(plan.end, random) };
  const [id, stands] = random.pick(ended);
  const copy = random.below(stands.length);
  const changed = stands.map((stand, n) => (n === copy ? contradicted(plan, id, stand, random) : stand));
  return { ...finish, stands: new Map([...finish.stands, [id, changed]]) };
}

/** An end that sometimes has a finish time although the first end has none; it then ranks higher. */
function otherEnd(end: TaskEnd, random: Random): TaskEnd {
  const code = random.pick([0, 30_010, 70_000, 70_001].filter((other) => other !== end.code));
  const finish = random.chance(0.3) ? timeAfter(random.between(60_000, 80_000)) : null;
  return { code, message: code === 0 ? 'SUCCESS' : 'told otherwise', finish };
}

function contradicted(plan: Plan, id: number, stand: ShownStatus, random: Random): ShownStatus {
  const kind = plan.pieces[id]?.kind;
  if (kind === undefined || stand.end === null) return stand;
  const other = stand.end.word === 'FAIL' && random.chance(0.5) ? success(kind, random) : failure(kind, random);
  return endedAs(sometimesSameTime(stand.end, other, random));
}

/** The opposite end with the same finish time, of which the failure ranks higher. */
function sometimesSameTime(end: SubtaskEnd, other: SubtaskEnd, random: Random): SubtaskEnd {
  return random.chance(0.3) ? { ...other, begin: end.begin, finish: end.finish } : other;
}
