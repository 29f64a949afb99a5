import { LogUnavailable } from '@mps-ledger/event-log';
import type {
  Appended,
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

/** A log that keeps the port's promises, and no more. */
export interface HostileLog extends EventLog {
  /** What it did so far: a run that saw none of it proves nothing. */
  readonly deeds: Readonly<HostilityCounts>;
  /** Another log takes the place of this one, under all followers. The former is not closed. */
  replace(log: EventLog): Promise<void>;
}

/** Wraps a log so that every weakness that the port allows is seen often. Closing it closes the log. */
export function hostile(log: EventLog, hostilities: Hostilities): HostileLog {
  return new Hostile(log, hostilities);
}

class Hostile implements HostileLog {
  readonly deeds = noHostilities();
  private readonly settled;
  private readonly dice: Dice;
  private readonly followers = new Set<HostileFollower>();
  private readonly appending = new Map<string, Promise<unknown>>();
  private readonly owners = new Map<string, number>();

  constructor(
    private log: EventLog,
    hostilities: Hostilities,
  ) {
    this.settled = withDefaults(hostilities);
    this.dice = makeDice(hostilities.seed, 'append');
  }

  /** One after the other in each partition, as the order of appends is promised. */
  append(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const key = `${topic}/${partition}`;
    const before = this.appending.get(key) ?? Promise.resolve();
    const appended = before.then(() => this.appendNow(topic, partition, records));
    this.appending.set(
      key,
      appended.catch(() => undefined),
    );
    return appended;
  }

  private async appendNow(topic: string, partition: number, records: readonly NewRecord[]): Promise<Appended> {
    const { refusedAppend, repeatedAppend, lostAcknowledgement } = this.settled;
    if (this.dice.chance(refusedAppend)) throw this.refuse('refusedAppend', 'the append never reached it');
    if (this.dice.chance(repeatedAppend)) {
      await this.log.append(topic, partition, records);
      this.deeds.repeatedAppend += 1;
    }
    const appended = await this.log.append(topic, partition, records);
    if (this.dice.chance(lostAcknowledgement)) throw this.refuse('lostAcknowledgement', 'its answer got lost');
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

  /** Reading promises as much here as anywhere: only offsets have gaps. */
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

  /** That of the log that is wrapped, which sees through what is done to its records here. */
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

/** A follower that can be taken from one log to another. */
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
