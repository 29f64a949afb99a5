import type { Outgoing } from '../../append/partition-queue';
import type { Appended } from '../../port/port';
import type { Sending } from './send';

export interface RequestsOptions {
  /**
   * Sends once, to distinct partitions; settles in bounded time, with one answer each in the same order. Rejects where the
   * outcome of any is unknown.
   */
  readonly send: (sendings: readonly Sending[]) => Promise<readonly Appended[]>;
  /** No partition is added to a request that has so many bytes. */
  readonly targetBytes: number;
}

interface PendingSend extends Outgoing {
  readonly succeed: (appended: Appended | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/** One broker: its pending sends, and whether a request is in flight or scheduled. */
interface Leader {
  readonly waiting: PendingSend[];
  isBusy: boolean;
}

/**
 * Requests to the leaders of partitions. One request per leader is in flight, as a broker answers one after the other; sends
 * that arrive during it go together in the next one. Where a request to several partitions fails, it is unknown which of them
 * failed: each is sent again at once in its own request, and one that fails alone stays isolated until it succeeds, so that the
 * others do not fail with it.
 */
export class Requests {
  private readonly leaders = new Map<number, Leader>();
  private readonly isolated = new Set<string>();

  constructor(private readonly options: RequestsOptions) {}

  /**
   * Sends the records of a partition; undefined where there is nothing to send. Rejects with the failure of this partition.
   *
   * @param leader id of the partition's leader, from metadata that may be outdated: then it only waits for another's requests
   */
  send(leader: number, outgoing: Outgoing): Promise<Appended | undefined> {
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

  /** Schedules a request after this turn of the event loop, so that sends of the same turn share it. */
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
      const appended = await this.options.send(sendings);
      those.forEach(({ succeed }, index) => succeed(appended[index]));
    } catch (error) {
      if (those.length > 1) for (const one of those) this.sendAlone(one).then(one.succeed, one.fail);
      else
        for (const one of those) {
          this.isolated.add(keyOf(one));
          one.fail(error);
        }
    }
  }

  /** Takes the sends of one request, and their records. */
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

  private async sendAlone(outgoing: Outgoing): Promise<Appended | undefined> {
    const { topic, partition, take } = outgoing;
    const { records } = take();
    if (records.length === 0) return undefined;
    this.isolated.add(keyOf(outgoing));
    const [appended] = await this.options.send([{ topic, partition, records }]);
    this.isolated.delete(keyOf(outgoing));
    return appended;
  }
}

const keyOf = ({ topic, partition }: Outgoing): string => `${topic}/${partition}`;
