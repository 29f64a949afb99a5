import { readRetention, type EventLog } from '@mps-ledger/event-log';
import { readCheckpoints, type CheckpointRow } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT, TOPICS } from '@mps-ledger/records';
import { finding, ok, warning, type CheckItem } from '../check';
import { inTime } from '../in-time';
import type { LedgerView } from '../ledger';

/** Records of one partition that wait for a step. */
interface Waiting {
  readonly topic: string;
  readonly step: 'derived' | 'applied';
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** The same, with the oldest of them that the log still has. */
interface OldestWaiting extends Waiting {
  /** Its offset, and its age in ms; null where the log has none of them. */
  readonly oldest: { readonly offset: number; readonly age: number } | null;
}

/** How far deriving and projecting are behind, and how soon a topic deletes what they have not read. */
export async function checkLag(ledger: LedgerView): Promise<readonly CheckItem[]> {
  const model = await ledger.model();
  const log = await ledger.log();
  // What is applied is on the log, so its ends are read after it.
  const checkpoints = await readCheckpoints(model);
  const waiting = waitingRecords(checkpoints, await ledger.ends());
  const now = Date.now();
  const oldest = await Promise.all(waiting.map((one) => withOldest(log, one, now)));
  const retention = await retentionOf(ledger);
  const { isRunning } = await ledger.database();
  return judgeLag(oldest, retention, isRunning !== false);
}

/**
 * Where the event log of a partition is applied to its end, what is missing of the raw log is not derived; elsewhere the rows do
 * not say how far deriving is.
 */
function waitingRecords(
  checkpoints: readonly CheckpointRow[],
  ends: ReadonlyMap<string, readonly number[]>,
): readonly Waiting[] {
  return checkpoints.flatMap(({ topic, partition, position, raw_next: rawNext }): Waiting[] => {
    const end = ends.get(topic)?.[partition] ?? 0;
    if (position < end) return [{ topic, step: 'applied', partition, from: position, to: end }];
    const rawEnd = ends.get(TOPICS.raw)?.[partition] ?? 0;
    const isBehind = topic === TOPICS.events && rawNext < rawEnd;
    return isBehind ? [{ topic: TOPICS.raw, step: 'derived', partition, from: rawNext, to: rawEnd }] : [];
  });
}

async function withOldest(log: Pick<EventLog, 'read'>, one: Waiting, now: number): Promise<OldestWaiting> {
  const { topic, partition, from, to } = one;
  for await (const [record] of log.read({ topic, partition, from, to, maxRecords: 1 }))
    if (record !== undefined)
      return { ...one, oldest: { offset: record.offset, age: now - Date.parse(record.logged) } };
  return { ...one, oldest: null };
}

async function retentionOf({ deployment: { config } }: LedgerView): Promise<ReadonlyMap<string, number>> {
  const { EVENT_LOG = 'postgres', LEDGER_TOPIC_PREFIX = '', KAFKA_SINGLE_BROKER = false, KAFKA_TLS = false } = config;
  const settings = { ...config, EVENT_LOG, LEDGER_TOPIC_PREFIX, KAFKA_SINGLE_BROKER, KAFKA_TLS };
  return readRetention({ settings, layout: LEDGER_LAYOUT, name: 'mps-ledger doctor' });
}

/** Records that wait longer are not just under way. */
const MOST_WAIT_MS = 60_000;

/** What waits, judged: much of a topic's retention over, or long behind, is a finding; a stopped ledger is behind rightly. */
export function judgeLag(
  waiting: readonly OldestWaiting[],
  retention: ReadonlyMap<string, number>,
  isRunning: boolean,
): readonly CheckItem[] {
  const items = [
    ...waiting.flatMap((one) => deletedItem(one, retention) ?? expiringItem(one, retention) ?? []),
    ...STEPS.flatMap((step) => behindItem(step, waiting, isRunning) ?? []),
  ];
  if (items.length > 0) return items;
  const count = sum(waiting);
  return [ok(count === 0 ? 'everything received is derived and applied' : `${count} records are under way`)];
}

const STEPS = ['derived', 'applied'] as const;
const PROGRAM = { derived: 'ingest', applied: 'the projector' } as const;

function expiringItem(one: OldestWaiting, retention: ReadonlyMap<string, number>): CheckItem | null {
  const limit = retention.get(one.topic);
  if (limit === undefined || one.oldest === null || one.oldest.age <= limit / 2) return null;
  return finding(
    `the oldest record of ${one.topic} that is not ${one.step} is ${inTime(one.oldest.age)} old, and the topic deletes after ${inTime(limit)}`,
    `start ${PROGRAM[one.step]}, and see its /readyz; until it has caught up, set retention.ms=-1 on the topic (kafka-configs.sh)`,
    `partition ${one.partition}, offset ${one.oldest.offset}`,
  );
}

/** Offsets have gaps, but the beginning of a topic that deletes is where it deleted to. */
function deletedItem(one: OldestWaiting, retention: ReadonlyMap<string, number>): CheckItem | null {
  const { topic, partition, from, to, oldest } = one;
  const first = oldest?.offset ?? to;
  // Losing the genesis record alone is no loss.
  if (!retention.has(topic) || first <= Math.max(from, 1)) return null;
  return finding(
    `records of ${topic} were deleted before they were ${one.step}`,
    `start ${PROGRAM[one.step]}, which goes on at offset ${first}; what is deleted is lost, unless a mirror of the topic has it`,
    `partition ${partition}, offsets ${from} to ${first - 1}`,
  );
}

function behindItem(step: Waiting['step'], waiting: readonly OldestWaiting[], isRunning: boolean): CheckItem | null {
  const those = waiting.filter((one) => one.step === step);
  const age = Math.max(...those.map(({ oldest }) => oldest?.age ?? 0));
  if (!(age > MOST_WAIT_MS)) return null;
  const what = `${sum(those)} records are not ${step}, the oldest for ${inTime(age)}`;
  const where = those.map(({ topic, partition }) => `partition ${partition} of ${topic}`).join(', ');
  if (!isRunning) return warning(`${what}; the ledger does not run`, 'npm start', where);
  return finding(
    what,
    `see whether ${PROGRAM[step]} runs and is ready: its /readyz and its log name what it waits for`,
    where,
  );
}

const sum = (waiting: readonly Waiting[]): number => waiting.reduce((total, { from, to }) => total + to - from, 0);
