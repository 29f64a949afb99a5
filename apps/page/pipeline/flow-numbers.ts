import type { ShownPipeline } from '../api/answers';

/** The numbers of the picture, as texts; `?` where one is not known. */
export interface FlowNumbers {
  readonly sources: string;
  readonly received: string;
  readonly waiting: string;
  readonly rejected: string;
  readonly events: string;
  readonly parked: string;
}

const shown = (count: number | null | undefined): string =>
  count === null || count === undefined ? '?' : count.toLocaleString('en');

export function flowNumbers({
  balances,
  sources,
  parked,
}: Pick<ShownPipeline, 'balances' | 'sources' | 'parked'>): FlowNumbers {
  const of = (name: ShownPipeline['balances'][number]['name']) => balances.find((balance) => balance.name === name);
  return {
    sources: shown(sources.length),
    received: shown(of('notifications')?.received),
    waiting: shown(of('notifications')?.waiting),
    rejected: shown(of('rejected')?.received),
    events: shown(of('events')?.applied),
    parked: parked === null ? '?' : `${shown(parked.count)}${parked.is_more ? ' or more' : ''}`,
  };
}

/** More positions than this are in the table only. */
const MOST_POSITIONS = 3;

/** The positions of the partitions, in their order. */
export function positionWords(positions: readonly number[]): string {
  const some = positions.slice(0, MOST_POSITIONS).map((position) => position.toLocaleString('en'));
  const others = positions.length > MOST_POSITIONS ? ' · …' : '';
  return `${positions.length === 1 ? 'position' : 'positions'} ${some.join(' · ')}${others}`;
}
