import type { NewRecord } from '../../port/port';
import type { Landed, Sending } from './send';

/** Records of one partition that are to go with the next request to its leader. */
export interface Outgoing {
  readonly topic: string;
  readonly partition: number;
  /** What is to be sent; asked for when a request is made, so that what came until then goes with the first. */
  readonly take: () => Taken;
}

/** No records: there is nothing to be sent any more. */
export interface Taken {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
}

export interface RequestsOptions {
  /**
   * Sends once, to partitions that differ; settles in bounded time, with one answer each in the same order. Rejects where
   * the outcome of any is not known.
   */
  readonly send: (sendings: readonly Sending[]) => Promise<readonly Landed[]>;
  /** A request with so many bytes is full; the partition that makes it so still goes with it. */
  readonly targetBytes: number;
}

interface PendingSend extends Outgoing {
  readonly succeed: (landed: Landed | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** One broker: what waits for it, and whether a request is under way, or about to be made. */
interface Leader {
  readonly waiting: PendingSend[];
  isBusy: boolean;
}

/**
 * Requests to the leaders of partitions. A leader has one under way, as it answers one after the other, and what waited
 * meanwhile goes together in the next. Where such a request fails, nobody knows which of its partitions did: each is sent
 * again by itself, at once, beside those requests, and one that fails by itself stays alone until it succeeds, so that what
 * others send does not fail with it.
 */
export class Requests {
  private readonly leaders = new Map<number, Leader>();
  private readonly isolated = new Set<string>();

  constructor(private readonly options: RequestsOptions) {}

  /**
   * Sends what a partition takes; undefined where that is nothing. Rejects with whatever went wrong, of this partition.
   *
   * @param leader id of the partition's leader, as far as is known: with a wrong one it waits for another's requests
   */
  send(leader: number, outgoing: Outgoing): Promise<Landed | undefined> {
    if (this.isolated.has(keyOf(outgoing))) return this.sendAlone(outgoing);
    return new Promise((succeed, fail) => {
      const found = this.leader(leader);
      found.waiting.push({ ...outgoing, succeed, fail });
      this.scheduleRequest(found);
    });
  }

  private leader(id: number): Leader {
    const known = this.leaders.get(id);
    if (known !== undefined) return known;
    const leader = { waiting: [], isBusy: false };
    this.leaders.set(id, leader);
    return leader;
  }

  /** After this turn of the event loop: what else it brings goes with the same request. */
  private scheduleRequest(leader: Leader): void {
    if (leader.isBusy || leader.waiting.length === 0) return;
    leader.isBusy = true;
    setImmediate(() => {
      void this.sendNext(leader).then(() => {
        leader.isBusy = false;
        this.scheduleRequest(leader);
      });
    });
  }

  /** One request. Never rejects. */
  private async sendNext({ waiting }: Leader): Promise<void> {
    const [those, sendings] = this.next(waiting);
    if (sendings.length === 0) return;
    try {
      const landed = await this.options.send(sendings);
      those.forEach(({ succeed }, index) => succeed(landed[index]));
    } catch (error) {
      if (those.length > 1) for (const one of those) this.sendAlone(one).then(one.succeed, one.fail);
      else
        for (const one of those) {
          this.isolated.add(keyOf(one));
          one.fail(error);
        }
    }
  }

  /** Takes what goes with one request: who waits for its outcome, and what is sent. */
  private next(waiting: PendingSend[]): [those: PendingSend[], sendings: Sending[]] {
    const those: PendingSend[] = [];
    const sendings: Sending[] = [];
    for (let full = 0; full < this.options.targetBytes;) {
      const one = waiting.shift();
      if (one === undefined) break;
      const { records, bytes } = one.take();
      if (records.length === 0) {
        one.succeed(undefined);
        continue;
      }
      full += bytes;
      those.push(one);
      sendings.push({ topic: one.topic, partition: one.partition, records });
    }
    return [those, sendings];
  }

  private async sendAlone(outgoing: Outgoing): Promise<Landed | undefined> {
    const { topic, partition, take } = outgoing;
    const { records } = take();
    if (records.length === 0) return undefined;
    this.isolated.add(keyOf(outgoing));
    const [landed] = await this.options.send([{ topic, partition, records }]);
    this.isolated.delete(keyOf(outgoing));
    return landed;
  }
}

const keyOf = ({ topic, partition }: Outgoing): string => `${topic}/${partition}`;
