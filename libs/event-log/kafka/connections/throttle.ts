import { DamagedAnswer } from './frames';
import type { SentRequest } from './requests-under-way';

/** Kinds of requests whose answers begin with how long the client is to wait, in ms, from a version on. */
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
/** Brokers bound it by the time over which they measure, some ten seconds unless told otherwise. */
const MAX_PLAUSIBLE_THROTTLE_MS = 60_000;
/** A broker that wants to be left alone for longer lets the connection wait by itself. */
const MAX_THROTTLE_MS = 5_000;

/**
 * Bounds what an answer says of how long to wait, in place: kafkajs waits for as long as it is told, and sends nothing
 * meanwhile, no heartbeat either. Throws `DamagedAnswer` where that is longer than any broker means it.
 */
export function boundThrottle({ apiKey, apiVersion }: SentRequest, answer: Buffer): void {
  const isAt = (since: number | undefined): boolean =>
    since !== undefined && apiVersion >= since && answer.length >= 12;
  const at = isAt(FIRST.get(apiKey)) ? 8 : isAt(LAST.get(apiKey)) ? answer.length - 4 : undefined;
  const ms = at === undefined ? 0 : answer.readInt32BE(at);
  if (ms < 0 || ms > MAX_PLAUSIBLE_THROTTLE_MS)
    throw new DamagedAnswer(`a broker that wants to be left alone for ${ms} ms`);
  if (at !== undefined && ms > MAX_THROTTLE_MS) answer.writeInt32BE(MAX_THROTTLE_MS, at);
}
