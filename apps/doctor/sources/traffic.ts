import type { NotificationSource } from '../../ingest/sources/notification-sources';
import { finding, ok, warning, type CheckItem } from '../check';
import { inTime } from '../in-time';
import { DAY_MS, type LogTail, type TailRecord } from '../log-tail';

export interface TrafficContext {
  /** Unix ms. */
  readonly now: number;
  /** Whether no other source is configured: a callback that nobody uses beside a queue is in order. */
  readonly isOnly: boolean;
}

/** When a source last delivered, and what its signatures were within a day, by the newest raw records. Pure. */
export function judgeTraffic(
  { id, keys, transport }: NotificationSource,
  { records, isEmpty }: LogTail,
  { now, isOnly }: TrafficContext,
): readonly CheckItem[] {
  const own = records.filter(({ source }) => source === id);
  const [last] = own;
  if (last === undefined) {
    const since = records.at(-1)?.logged ?? now;
    const among = `nothing of it among the newest ${records.length} notifications, of the last ${inTime(now - since)}`;
    const what = isEmpty ? 'nothing was ever received' : among;
    return [transport === 'callback' && !isOnly ? ok(what) : warning(what, NEVER)];
  }
  const heard = ok(`last notification ${inTime(Math.max(0, now - last.logged))} ago`);
  const ofDay = own.filter(({ logged }) => now - logged < DAY_MS);
  return ofDay.length === 0 ? [heard] : [heard, ...judgeSignatures(ofDay, keys.length)];
}

const NEVER =
  'see whether TaskNotifyConfig of the tasks (or the workflow’s) names this source, and whether MPS reaches it from outside: ' +
  'send a sample as README shows';

/** How many signatures there are, of records that have one; a queue's have none. */
function judgeSignatures(records: readonly TailRecord[], keys: number): readonly CheckItem[] {
  const of = (verdict: string) => records.filter(({ signature }) => signature?.verdict === verdict);
  const [valid, expired, none] = [of('valid'), of('expired'), of('none')];
  const judged = valid.length + expired.length + none.length;
  if (judged === 0) return [];
  const what = `signatures of the last day: ${valid.length} valid${byKey(valid)}, ${expired.length} expired, ${none.length} not checked`;
  if (keys > 0 && expired.length > 0 && valid.length === 0)
    return [finding(`${what}: all that were checked had expired`, EXPIRED, 'MPS_NOTIFY_KEY')];
  if (expired.length > judged / 10) return [warning(what, EXPIRED)];
  return [ok(what)];
}

const EXPIRED =
  'set the clock of ingest’s machine by NTP (signatures are valid for 60 s); where it is right, notifications arrive late: see what ' +
  'is between MPS and ingest';

function byKey(valid: readonly TailRecord[]): string {
  const counts = new Map<number, number>();
  for (const { signature } of valid)
    if (signature?.verdict === 'valid') counts.set(signature.key, (counts.get(signature.key) ?? 0) + 1);
  if (counts.size === 0) return '';
  const each = [...counts].sort(([a], [b]) => a - b).map(([key, count]) => `key ${key}: ${count}`);
  return ` (${each.join(', ')})`;
}
