import { genesisOf, LOG_FORMAT, type Genesis } from '../port/genesis';
import type { DerivedTopic, Generations, LogIdentity } from '../port/port';
import { FIRST_GENERATIONS } from '../port/topic-names';
import type { KnownEnds, LogProblem } from './log-guard';
import { topicPartition, type Beginning, type PartitionInspection } from './inspection';

/** The log as it must be. */
export interface Expectation {
  readonly identity: LogIdentity;
  /** Without prefix and generations. */
  readonly topics: readonly string[];
  /** Default: which of them is derived is not checked. */
  readonly derived?: DerivedTopic;
  /** A topic's name as operators know it, with its prefix. */
  readonly named: (topic: string) => string;
  /** Whether a topic loses its first records in time, the genesis records among them. */
  readonly expires: (topic: string) => boolean;
  /** The known ends of partitions. Default: none. */
  readonly ends?: KnownEnds;
  /** Whether partitions may be missing or empty. Default false. */
  readonly mayBeIncomplete?: boolean;
}

/** The result of comparing a log with the expected one. */
export interface Verdict {
  readonly problem: LogProblem | null;
  /** Partitions that could not be inspected, as keys. */
  readonly uninspected: ReadonlySet<string>;
  /** Partitions beyond those of the log, without records: ignored. */
  readonly extra: readonly string[];
}

type Finding = Pick<LogProblem, 'code' | 'reason'>;

const MAX_REASONS_SHOWN = 3;

/** Compares inspected partitions with the expected log. Pure. */
export function judge(inspections: readonly PartitionInspection[], expectation: Expectation): Verdict {
  const findings: Finding[] = [];
  const uninspected = new Set<string>();
  for (const topic of expectation.topics)
    for (let partition = 0; partition < expectation.identity.partitions; partition += 1) {
      const inspection = inspections.find((one) => one.topic === topic && one.partition === partition);
      if (inspection?.found === null) uninspected.add(topicPartition(topic, partition));
      else findings.push(...findingsAt(topic, partition, inspection, expectation));
    }
  const surplus = inspections.filter(({ partition }) => partition >= expectation.identity.partitions);
  const withRecords = surplus.filter(({ found }) => found !== null && found.beginning !== 'empty');
  findings.push(...withRecords.map((one) => recordsBeyond(one, expectation)));
  const extra = surplus
    .filter((one) => !withRecords.includes(one))
    .map(({ topic, partition }) => `partition ${partition} of ${expectation.named(topic)}`);
  return { problem: worst(findings), uninspected, extra };
}

/**
 * The identity of the log, from the first of these partitions that has a genesis record; null where none has.
 *
 * @param generations of the topics that were inspected
 */
export function identityIn(
  inspections: readonly PartitionInspection[],
  { logGeneration, eventGeneration }: Generations = FIRST_GENERATIONS,
): LogIdentity | null {
  for (const { found } of inspections) {
    if (typeof found?.beginning !== 'object' || 'format' in found.beginning) continue;
    const { logId, partitions } = found.beginning;
    return { logId, logGeneration, eventGeneration, partitions };
  }
  return null;
}

function findingsAt(
  topic: string,
  partition: number,
  inspection: PartitionInspection | undefined,
  expectation: Expectation,
): Finding[] {
  const where = `partition ${partition} of ${expectation.named(topic)}`;
  const found = inspection?.found;
  const isLacking = found === null || found === undefined || found.beginning === 'empty';
  if (expectation.mayBeIncomplete === true && isLacking) return [];
  if (found === null || found === undefined) return [{ code: 'log-not-ready', reason: `${where} is missing` }];
  const known = expectation.ends?.get(topic)?.[partition] ?? 0;
  if (found.end < known)
    return [{ code: 'log-replaced', reason: `${where} ends at ${found.end}, and was ${known} long: records are gone` }];
  if (found.beginning === 'cut' && expectation.expires(topic)) return [];
  const wrong = findingOfBeginning(found.beginning, topic, partition, expectation);
  return wrong === null ? [] : [{ ...wrong, reason: `${where} ${wrong.reason}` }];
}

function findingOfBeginning(
  beginning: Beginning,
  topic: string,
  partition: number,
  { identity, derived }: Expectation,
): Finding | null {
  switch (beginning) {
    case 'empty':
      return {
        code: 'log-not-ready',
        reason: 'has no genesis record: setup has not finished, or the topic was recreated',
      };
    case 'cut':
      return { code: 'log-not-ready', reason: 'has lost its first records' };
    case 'other':
      return { code: 'log-replaced', reason: 'does not begin with a genesis record' };
    default: {
      if ('format' in beginning)
        return {
          code: 'log-replaced',
          reason: `is of format ${beginning.format}, and this build reads format ${LOG_FORMAT}`,
        };
      const right = genesisOf(identity, { topic, partition }, derived);
      if ((derived === undefined ? OF_ANY : OF_DERIVED).every((name) => beginning[name] === right[name])) return null;
      return {
        code: 'log-replaced',
        reason: `begins with the genesis record of another log or place (${inWords(beginning)}), not of ${inWords(right)}`,
      };
    }
  }
}

const OF_ANY = ['logId', 'logGeneration', 'topic', 'partition'] as const;
const OF_DERIVED = [...OF_ANY, 'eventGeneration', 'mapper'] as const;

function inWords({ logId, logGeneration, eventGeneration, mapper, topic, partition }: Genesis): string {
  const derived = eventGeneration === undefined ? '' : `, event generation ${eventGeneration} by ${mapper}`;
  return `log ${logId}, log generation ${logGeneration}${derived}, partition ${partition} of ${topic}`;
}

function recordsBeyond({ topic, partition }: PartitionInspection, { named, identity }: Expectation): Finding {
  const reason = `partition ${partition} of ${named(topic)} has records, and the log has ${identity.partitions} partitions a topic`;
  return { code: 'log-not-ready', reason };
}

/** The most severe code, with the findings of that code in one line. */
function worst(findings: readonly Finding[]): LogProblem | null {
  const replaced = findings.filter(({ code }) => code === 'log-replaced');
  const those = replaced.length > 0 ? replaced : findings;
  const [first] = those;
  if (first === undefined) return null;
  const reason = those
    .slice(0, MAX_REASONS_SHOWN)
    .map((one) => one.reason)
    .join('; ');
  return {
    code: first.code,
    reason: those.length > MAX_REASONS_SHOWN ? `${reason}; and ${those.length - MAX_REASONS_SHOWN} more` : reason,
  };
}
