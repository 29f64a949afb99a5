import type { Ownership } from '../../follow/ownership';
import type { Feed } from './feed';
import { Membership } from './membership';

interface Work {
  readonly ownership: Ownership;
  readonly end: () => void;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function membershipOf(certainForMs = 60_000) {
  const reported: string[] = [];
  const works: Work[] = [];
  const committed: string[] = [];
  const membership = new Membership({
    certainForMs,
    makeFeed: () => ({ close: () => undefined }) as Feed,
    commit: async (partition, position) => void committed.push(`${partition}: ${position}`),
    follow: (ownership) =>
      new Promise((resolve) => {
        works.push({ ownership, end: resolve });
      }),
    onOwnership: (partition, owned) => reported.push(`${owned ? 'gained' : 'lost'} ${partition}`),
  });
  return { membership, reported, works, committed };
}

describe('a membership', () => {
  it('reports what was gained and lost by joining again, and ends earlier work', async () => {
    const { membership, reported, works } = membershipOf();
    membership.joined([0, 1]);
    await settled();
    membership.joined([1, 2]);
    expect(membership.owned()).toEqual([1, 2]);
    expect(reported).toEqual(['gained 0', 'gained 1', 'lost 0', 'gained 2']);
    expect(works.map(({ ownership }) => ownership.isEnding())).toEqual([true, true]);
    membership.left();
  });

  it('works on no partition twice at once: what was kept waits for the end of the former work', async () => {
    const { membership, works } = membershipOf();
    membership.joined([0]);
    await settled();
    membership.joined([0]);
    membership.joined([0]);
    await settled();
    expect(works).toHaveLength(1);
    works[0]!.end();
    await settled();
    expect(works).toHaveLength(2);
    expect(works[1]!.ownership.isEnding()).toBe(true);
    works[1]!.end();
    await settled();
    expect(works).toHaveLength(3);
    expect(works[2]!.ownership.isEnding()).toBe(false);
    membership.left();
  });

  it('lets work that is asked to end before a regrouping commit, and work of a former generation not', async () => {
    const { membership, works, committed } = membershipOf();
    membership.joined([0]);
    await settled();
    membership.rebalancing();
    expect(works[0]!.ownership.isEnding()).toBe(true);
    await works[0]!.ownership.commit(5);
    membership.joined([0]);
    await expect(works[0]!.ownership.commit(6)).rejects.toMatchObject({ code: 'ownership-lost' });
    expect(committed).toEqual(['0: 5']);
    membership.left();
  });

  it('gives all up when it is not certain any more, and takes it up again when it turns out to be', async () => {
    const { membership, reported, works } = membershipOf(20);
    membership.joined([3]);
    while (reported.length < 2) await settled();
    expect(reported).toEqual(['gained 3', 'lost 3']);
    expect(membership.owned()).toEqual([]);
    await expect(works[0]!.ownership.commit(1)).rejects.toMatchObject({ code: 'ownership-lost' });
    membership.heartbeat();
    expect(reported.slice(2)).toEqual(['gained 3']);
    membership.left();
  });

  it('finishes when all work has ended, that of former ownerships too, and begins none any more', async () => {
    const { membership, works, reported } = membershipOf();
    membership.joined([0, 1]);
    await settled();
    membership.joined([1]);
    let isOver = false;
    const finishing = membership.finish().then(() => (isOver = true));
    membership.joined([0, 1, 2]);
    works[0]!.end();
    await settled();
    expect(isOver).toBe(false);
    works[1]!.end();
    while (works.length < 3) await settled();
    works[2]!.end();
    await finishing;
    expect(membership.owned()).toEqual([]);
    expect(reported).toEqual(['gained 0', 'gained 1', 'lost 0', 'lost 1']);
    membership.left();
  });
});
