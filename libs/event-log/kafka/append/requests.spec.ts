import type { Outgoing } from '../../append/partition-queue';
import { LogUnavailable } from '../../port/errors';
import type { Appended } from '../../port/port';
import { Requests } from './requests';
import type { Sending } from './send';

interface Asked {
  /** `partition:records` of each. */
  readonly what: string;
  /** Both resolve when what follows from it has happened. */
  readonly land: () => Promise<unknown>;
  readonly fail: () => Promise<unknown>;
}

const LOGGED = '2026-11-22T09:00:00.000Z';
/** What follows from what has happened, has: requests are made at the end of a turn of the event loop, so two turns later. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const records = (text: string) => Array.from(text, (one) => ({ key: null, value: Buffer.from(one), headers: {} }));

/** Requests that are answered when a spec says so: a partition's base is ten times its number. */
function requestsOver(targetBytes = 1_000) {
  const asked: Asked[] = [];
  const said: string[] = [];
  const send = (sendings: readonly Sending[]): Promise<readonly Appended[]> =>
    new Promise((resolve, reject) => {
      asked.push({
        what: sendings
          .map((one) => `${one.partition}:${one.records.map(({ value }) => String(value)).join('')}`)
          .join(' '),
        land: () => {
          resolve(sendings.map(({ partition }) => ({ offsets: [partition * 10], logged: LOGGED })));
          return settled();
        },
        fail: () => {
          reject(new LogUnavailable('cut'));
          return settled();
        },
      });
    });
  const requests = new Requests({ send, targetBytes });
  const out = (
    partition: number,
    text: string,
    { leader = 1, take }: { leader?: number; take?: Outgoing['take'] } = {},
  ) =>
    void requests
      .send(leader, {
        topic: 't',
        partition,
        take: take ?? (() => ({ records: records(text), bytes: text.length * 10 })),
      })
      .then((appended) => said.push(`${text} at ${appended?.offsets[0] ?? 'nothing'}`))
      .catch((error: unknown) => said.push(`${text}: ${(error as Error).message}`));
  const whats = () => asked.map(({ what }) => what);
  return { out, asked, whats, said };
}

describe('requests to a leader', () => {
  it('have what came in the same turn of the event loop, each answered with its own offset', async () => {
    const { out, asked, whats, said } = requestsOver();
    out(1, 'a');
    out(2, 'bc');
    await settled();
    expect(whats()).toEqual(['1:a 2:bc']);
    await asked[0]!.land();
    expect(said).toEqual(['a at 10', 'bc at 20']);
  });

  it('are made one after the other, with all that came until then', async () => {
    const { out, asked, whats } = requestsOver();
    let waiting = 'b';
    out(1, 'a');
    await settled();
    out(2, '', { take: () => ({ records: records(waiting), bytes: 10 }) });
    out(3, 'd');
    waiting = 'bc';
    await settled();
    expect(whats()).toEqual(['1:a']);
    await asked[0]!.land();
    expect(whats()).toEqual(['1:a', '2:bc 3:d']);
  });

  it('do not wait for those to another leader', async () => {
    const { out, whats } = requestsOver();
    out(1, 'a', { leader: 1 });
    out(2, 'b', { leader: 2 });
    await settled();
    expect(whats()).toEqual(['1:a', '2:b']);
  });

  it('are full with so many bytes: the rest goes with the next', async () => {
    const { out, asked, whats } = requestsOver(25);
    for (const [partition, text] of ['aa', 'bb', 'c', 'd'].entries()) out(partition, text);
    await settled();
    expect(whats()).toEqual(['0:aa 1:bb']);
    await asked[0]!.land();
    expect(whats()).toEqual(['0:aa 1:bb', '2:c 3:d']);
  });

  it('are not made where there is nothing to take any more', async () => {
    const { out, whats, said } = requestsOver();
    out(1, 'a', { take: () => ({ records: [], bytes: 0 }) });
    await settled();
    expect(said).toEqual(['a at nothing']);
    out(2, 'b');
    await settled();
    expect(whats()).toEqual(['2:b']);
  });
});

describe('a request that fails', () => {
  it('for one partition is that partition’s failure', async () => {
    const { out, asked, whats, said } = requestsOver();
    out(1, 'a');
    await settled();
    await asked[0]!.fail();
    expect([whats(), said]).toEqual([['1:a'], ['a: cut']]);
  });

  it('for several is repeated for each alone, and only what fails alone has failed', async () => {
    const { out, asked, whats, said } = requestsOver();
    out(1, 'a');
    out(2, 'b');
    await settled();
    await asked[0]!.fail();
    expect(whats().slice(1)).toEqual(['1:a', '2:b']);
    await asked[2]!.land();
    await asked[1]!.fail();
    expect(said).toEqual(['b at 20', 'a: cut']);
  });

  it('isolates what failed alone until it succeeds, and holds up no other during that', async () => {
    const { out, asked, whats, said } = requestsOver();
    out(1, 'a');
    out(2, 'b');
    await settled();
    await asked[0]!.fail();
    await asked[1]!.fail();
    await asked[2]!.land();
    out(1, 'again');
    out(2, 'c');
    out(3, 'd');
    await settled();
    expect(whats().slice(3)).toEqual(['1:again', '2:c 3:d']);
    await asked[4]!.land();
    await asked[3]!.land();
    expect(said).toEqual(['a: cut', 'b at 20', 'c at 20', 'd at 30', 'again at 10']);
    out(1, 'e');
    out(2, 'f');
    await settled();
    expect(whats().slice(5)).toEqual(['1:e 2:f']);
  });

  it('for one partition leaves it alone, too', async () => {
    const { out, asked, whats } = requestsOver();
    out(1, 'a');
    await settled();
    await asked[0]!.fail();
    out(1, 'again');
    out(2, 'b');
    await settled();
    expect(whats().slice(1)).toEqual(['1:again', '2:b']);
  });

  it('continues with what waited for it', async () => {
    const { out, asked, whats } = requestsOver();
    out(1, 'a');
    await settled();
    out(2, 'b');
    await asked[0]!.fail();
    expect(whats()).toEqual(['1:a', '2:b']);
  });
});
