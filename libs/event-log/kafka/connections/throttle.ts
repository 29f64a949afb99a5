import { DamagedAnswer } from './frames';
import type { SentRequest } from './requests-in-flight';

/** Kinds of requests whose answers begin with a throttle time, in ms, from a version on. */
const FIRST: ReadonlyMap<number, number> = new Map([
  [1, 1], // Fetch
  [2, 2], // ListOffsets
  [3, 3], // Metadata
  [8, 3], // OffsetCommit
  [9, 3], // OffsetFetch
  [10, 1], // FindCoordinator
  [11, 2], // JoinGroup
  [12, 1], // Heartbeat
  [13, 1], // LeaveGroup
  [14, 1], // SyncGroup
]);
/** Those whose answers end with it. */
const LAST: ReadonlyMap<number, number> = new Map([
  [0, 1], // Produce
  [18, 1], // ApiVersions
]);
/** Brokers bound it by their quota window, ten seconds by default. */
const MAX_PLAUSIBLE_THROTTLE_MS = 60_000;
/** A broker that throttles for longer delays the connection itself. */
const MAX_THROTTLE_MS = 5_000;

/**
 * Bounds the throttle time of an answer, in place: kafkajs waits that long and sends nothing, not even heartbeats. Throws
 * `DamagedAnswer` where it is longer than any broker's.
 */
export function boundThrottle({ apiKey, apiVersion }: SentRequest, answer: Buffer): void {
  const isAt = (since: number | undefined): boolean =>
    since !== undefined && apiVersion >= since && answer.length >= 12;
  const at = isAt(FIRST.get(apiKey)) ? 8 : isAt(LAST.get(apiKey)) ? answer.length - 4 : undefined;
  const ms = at === undefined ? 0 : answer.readInt32BE(at);
  if (ms < 0 || ms > MAX_PLAUSIBLE_THROTTLE_MS) throw new DamagedAnswer(`a throttle time of ${ms} ms`);
  if (at !== undefined && ms > MAX_THROTTLE_MS) answer.writeInt32BE(MAX_THROTTLE_MS, at);
}
