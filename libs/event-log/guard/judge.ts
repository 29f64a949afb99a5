import type { LogIdentity } from '../port';
import type { KnownEnds, LogProblem } from './log-guard';
import { placeKey, type Beginning, type Place } from './place';

/** The log as it must be. */
export interface Expectation {
  readonly identity: LogIdentity;
  /** Without prefix. */
  readonly topics: readonly string[];
  /** A topic's name as operators know it, with its prefix. */
  readonly named: (topic: string) => string;
  /** Whether a topic loses its first records in time, the genesis records among them. */
  readonly expires: (topic: string) => boolean;
  /** What the partitions are known to have reached. Default: nothing. */
  readonly ends?: KnownEnds;
  /** Whether partitions may be missing, or have nothing yet. Default false. */
  readonly lacks?: boolean;
}

/** What came of comparing a log with the one expected. */
export interface Verdict {
  readonly problem: LogProblem | null;
  /** Partitions that could not be looked at, as keys. */
  readonly unseen: ReadonlySet<string>;
  /** Partitions beyond those of the log, without records: left out. */
  readonly extra: readonly string[];
}

type Finding = Pick<LogProblem, 'code' | 'reason'>;

const NAMED = 3;

/** Compares what a look found with the log expected. Pure. */
export function judge(places: readonly Place[], expectation: Expectation): Verdict {
  const findings: Finding[] = [];
  const unseen = new Set<string>();
  for (const topic of expectation.topics)
    for (let partition = 0; partition < expectation.identity.partitions; partition += 1) {
      const place = places.find((one) => one.topic === topic && one.partition === partition);
      if (place?.found === null) unseen.add(placeKey(topic, partition));
      else findings.push(...findingsAt(topic, partition, place, expectation));
    }
  const beyond = places.filter(({ partition }) => partition >= expectation.identity.partitions);
  const used = beyond.filter(({ found }) => found !== null && found.beginning !== 'empty');
  findings.push(...used.map((place) => usedBeyond(place, expectation)));
  const extra = beyond
    .filter((place) => !used.includes(place))
    .map(({ topic, partition }) => `partition ${partition} of ${expectation.named(topic)}`);
  return { problem: worst(findings), unseen, extra };
}

/** Which log it is, by the first of these partitions that says so; null where none does. */
export function identityIn(places: readonly Place[]): LogIdentity | null {
  for (const { found } of places) {
    if (found === null || typeof found.beginning === 'string') continue;
    const { logId, generation, partitions } = found.beginning;
    return { logId, generation, partitions };
  }
  return null;
}

function findingsAt(topic: string, partition: number, place: Place | undefined, expectation: Expectation): Finding[] {
  const where = `partition ${partition} of ${expectation.named(topic)}`;
  const found = place?.found;
  const isLacking = found === null || found === undefined || found.beginning === 'empty';
  if (expectation.lacks === true && isLacking) return [];
  if (found === null || found === undefined) return [{ code: 'log-not-ready', reason: `${where} is missing` }];
  const known = expectation.ends?.get(topic)?.[partition] ?? 0;
  if (found.end < known)
    return [{ code: 'log-replaced', reason: `${where} ends at ${found.end}, and was ${known} long: records are gone` }];
  if (found.beginning === 'cut' && expectation.expires(topic)) return [];
  const wrong = wrongBeginning(found.beginning, partition, expectation.identity);
  return wrong === null ? [] : [{ ...wrong, reason: `${where} ${wrong.reason}` }];
}

function wrongBeginning(beginning: Beginning, partition: number, identity: LogIdentity): Finding | null {
  switch (beginning) {
    case 'empty':
      return { code: 'log-not-ready', reason: 'has no genesis record: setup has not finished, or it was made anew' };
    case 'cut':
      return { code: 'log-not-ready', reason: 'has lost its first records' };
    case 'other':
      return { code: 'log-replaced', reason: 'does not begin with a genesis record' };
    default: {
      const { logId, generation } = beginning;
      const isSame =
        logId === identity.logId && generation === identity.generation && beginning.partition === partition;
      if (isSame) return null;
      const said = `(log ${logId}, generation ${generation}, partition ${beginning.partition})`;
      return {
        code: 'log-replaced',
        reason: `begins with the genesis record of another log or place ${said}, not of log ${identity.logId}, generation ${identity.generation}`,
      };
    }
  }
}

function usedBeyond({ topic, partition }: Place, { named, identity }: Expectation): Finding {
  const reason = `partition ${partition} of ${named(topic)} has records, and the log has ${identity.partitions} partitions a topic`;
  return { code: 'log-not-ready', reason };
}

/** The worst code, with what was found of it, in one line. */
function worst(findings: readonly Finding[]): LogProblem | null {
  const replaced = findings.filter(({ code }) => code === 'log-replaced');
  const those = replaced.length > 0 ? replaced : findings;
  const [first] = those;
  if (first === undefined) return null;
  const reason = those
    .slice(0, NAMED)
    .map((one) => one.reason)
    .join('; ');
  return { code: first.code, reason: those.length > NAMED ? `${reason}; and ${those.length - NAMED} more` : reason };
}
