import { LogUnavailable } from '@mps-ledger/event-log';
import type {
  Appended,
  AppendOptions,
  EventLog,
  Follower,
  FollowOptions,
  LogRecord,
  NewRecord,
  ReadOptions,
} from '@mps-ledger/event-log';

import { makeDice, type Dice } from './dice';
import { makeGaps, NO_GAPS, realEnds, type Gaps } from './gaps';
import { hostileFollowOptions, type HostileFollowContext } from './hostile-follow';
import { noHostilities, withDefaults, type HostilityCounts, type Hostilities } from './hostilities';

/** A log that keeps the guarantees of the port, and no others. */
export interface HostileLog extends EventLog {
  /** The faults injected so far; a run without any proves nothing. */
  readonly deeds: Readonly<HostilityCounts>;
  /** Replaces the log under all followers. The former one is not closed. */
  replace(log: EventLog): Promise<void>;
}

/** Wraps a log so that every fault that the port allows happens often. Closing it closes the log. */
export function hostile(log: EventLog, hostilities: Hostilities): HostileLog {
  return new Hostile(log, hostilities);
}

class Hostile implements HostileLog {
  readonly deeds = noHostilities();
  private readonly settled;
  private readonly dice: Dice;
  private readonly followers = new Set<HostileFollower>();
  private readonly owners = new Map<string, number>();

  constructor(
    private log: EventLog,
    hostilities: Hostilities,
  ) {
    this.settled = withDefaults(hostilities);
    this.dice = makeDice(hostilities.seed, 'append');
  }

  /** Decides the fate of an append at its call, so that the same calls have the same fates. Keeps the order of the calls. */
  async append(
    topic: string,
    partition: number,
    records: readonly NewRecord[],
    options?: AppendOptions,
  ): Promise<Appended> {
    const [isRefused, isRepeated, isLost] = [
      this.dice.chance(this.settled.refusedAppend),
      this.dice.chance(this.settled.repeatedAppend),
      this.dice.chance(this.settled.lostAcknowledgement),
    ];
    if (isRefused) throw this.refuse('refusedAppend', 'the append never reached it');
    const append = (): Promise<Appended> => this.log.append(topic, partition, records, options);
    const [, appended] = await Promise.all([isRepeated ? append() : null, append()]);
    if (isRepeated) this.deeds.repeatedAppend += 1;
    if (isLost) throw this.refuse('lostAcknowledgement', 'its answer got lost');
    return { ...appended, offsets: appended.offsets.map(this.gaps(topic, partition).offset) };
  }

  follow(options: FollowOptions): Follower {
    const key = `${options.group}/${options.topic}`;
    const owner = this.owners.get(key) ?? 0;
    this.owners.set(key, owner + 1);
    const grip: HostileFollowContext = {
      log: () => this.log,
      group: options.group,
      shadow: owner > 0 && this.settled.ownersAtOnce ? `${options.group}~${owner}` : options.group,
      gaps: (partition) => this.gaps(options.topic, partition),
      dice: (partition) => makeDice(this.settled.seed, options.group, options.topic, owner, partition),
      hostilities: this.settled,
      deeds: this.deeds,
    };
    const follower = new HostileFollower(() => this.log.follow(hostileFollowOptions(options, grip)));
    this.followers.add(follower);
    return follower;
  }

  /** Reads without faults, except for gaps in offsets. */
  async *read(options: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
    const { topic, partition, from, to } = options;
    const gaps = this.gaps(topic, partition);
    const bounds = { from: gaps.realPosition(from), to: gaps.realPosition(to) };
    for await (const records of this.log.read({ ...options, ...bounds }))
      yield records.map((record) => ({ ...record, offset: gaps.offset(record.offset) }));
  }

  async endPositions(topic: string): Promise<readonly number[]> {
    const ends = await this.log.endPositions(topic);
    return ends.map((end, partition) => this.gaps(topic, partition).position(end));
  }

  async progress(group: string, topic: string): Promise<readonly (number | null)[]> {
    const positions = await this.log.progress(group, topic);
    return positions.map((position, partition) =>
      position === null ? null : this.gaps(topic, partition).position(position),
    );
  }

  identity(): ReturnType<EventLog['identity']> {
    return this.log.identity();
  }

  /** The guard of the wrapped log, which sees the real records. */
  get guard(): EventLog['guard'] {
    const { guard } = this.log;
    return {
      expect: (identity, ends = new Map()) => guard.expect(identity, this.settled.gaps ? realEnds(ends) : ends),
      problem: () => guard.problem(),
      warnings: () => guard.warnings(),
      isSame: (topic, partition) => guard.isSame(topic, partition),
      check: () => guard.check(),
    };
  }

  async replace(log: EventLog): Promise<void> {
    const followers = [...this.followers];
    await Promise.all(followers.map((follower) => follower.pause()));
    this.log = log;
    for (const follower of followers) follower.resume();
  }

  async close(): Promise<void> {
    await Promise.all([...this.followers].map((follower) => follower.stop()));
    await this.log.close();
  }

  private gaps(topic: string, partition: number): Gaps {
    return this.settled.gaps ? makeGaps(topic, partition) : NO_GAPS;
  }

  private refuse(deed: 'refusedAppend' | 'lostAcknowledgement', what: string): LogUnavailable {
    this.deeds[deed] += 1;
    return new LogUnavailable(`the log is hostile: ${what}`);
  }
}

/** A follower that can be moved to another log. */
class HostileFollower implements Follower {
  private current: Follower;
  private isStopped = false;

  constructor(private readonly start: () => Follower) {
    this.current = start();
  }

  owned(): readonly number[] {
    return this.current.owned();
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return this.current.stop();
  }

  pause(): Promise<void> {
    return this.current.stop();
  }

  resume(): void {
    if (!this.isStopped) this.current = this.start();
  }
}
