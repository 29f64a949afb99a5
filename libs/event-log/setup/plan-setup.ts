import { LogDiffers } from '../port/errors';
import { identityIn, judge, type Expectation } from '../guard/judge';
import type { KnownEnds } from '../guard/log-guard';
import { refuseOtherFormats, type PartitionInspection } from '../guard/inspection';
import { isSameLog, logInWords } from '../port/log-id';
import type { LogIdentity, LogLayout } from '../port/port';

/** A log that the database knows. */
export interface KnownLog extends Pick<LogIdentity, 'logId' | 'logGeneration' | 'eventGeneration'> {
  /** The known ends of its partitions. Default: none. */
  readonly ends?: KnownEnds;
}

export interface SetupSeen extends Pick<Expectation, 'named' | 'expires'> {
  readonly layout: LogLayout;
  /** All partitions of the existing topics. */
  readonly inspections: readonly PartitionInspection[];
  /** Whether any partition has a record besides the genesis record. */
  readonly hasRecords: boolean;
  /** The log that the database knows; null where it knows none. */
  readonly known: KnownLog | null;
}

/**
 * What setup must do.
 * - `make`: there is no log yet.
 * - `complete`: an earlier setup did not finish, and the log is unused: setup creates what is missing.
 * - `nothing`: the log is complete.
 */
export interface SetupPlan {
  readonly step: 'make' | 'complete' | 'nothing';
  /** Null: there is no log yet. */
  readonly identity: LogIdentity | null;
  /** Partitions that are ignored, in words. */
  readonly extra: readonly string[];
}

/**
 * Decides what setup must do. Pure. A log that was used, or that the database knows, is never created again under its name:
 * throws `LogDiffers` instead, saying what exists, what is missing, and what can be done.
 */
export function planSetup(seen: SetupSeen): SetupPlan {
  const { layout, inspections, known, named } = seen;
  refuseOtherFormats(inspections, named);
  const identity = identityIn(inspections, layout.generations);
  if (known !== null) refuseOther(known, identity, seen);
  if (identity === null) {
    const stranger = inspections.find(({ found }) => found?.beginning !== 'empty');
    if (stranger !== undefined) throw foreignRecords(stranger, seen);
    refuseOtherCounts(seen);
    return { step: 'make', identity: null, extra: [] };
  }
  if (identity.partitions !== layout.partitions)
    throw new LogDiffers(
      `the log has ${identity.partitions} partitions a topic, not ${layout.partitions}: their number is fixed when a log is created\n` +
        `  to fix it: ask for ${identity.partitions} partitions and run setup`,
    );
  const expectation = { ...seen, identity, topics: layout.topics, ...(layout.derived && { derived: layout.derived }) };
  const { problem, extra } = judge(inspections, {
    ...expectation,
    ...(known?.ends !== undefined && { ends: known.ends }),
  });
  if (problem === null) return { step: 'nothing', identity, extra };
  const gaps = missingPartitions(inspections, identity, layout, named);
  const isUntouched = !seen.hasRecords && known === null;
  if (isUntouched && judge(inspections, { ...expectation, mayBeIncomplete: true }).problem === null)
    return { step: 'complete', identity, extra };
  throw notWhole(gaps.length > 0 ? gaps : [problem.reason], identity, seen);
}

function refuseOther(known: KnownLog, identity: LogIdentity | null, { layout, inspections, named }: SetupSeen): void {
  const name = logInWords(known);
  if (identity === null) {
    const what = inspections.length === 0 ? 'none of its topics exists' : 'none of its genesis records exists';
    throw new LogDiffers(
      `the database knows ${name}, and ${what} (${layout.topics.map(named).join(', ')}): nothing was created in its place\n${remedies}`,
    );
  }
  if (isSameLog(identity, known)) return;
  throw new LogDiffers(
    `the database knows ${name}, and this is ${logInWords(identity)}: ` +
      'correct which database is used, or where the log is',
  );
}

/** Topics and single partitions that are missing or empty. */
function missingPartitions(
  inspections: readonly PartitionInspection[],
  { partitions }: LogIdentity,
  { topics }: LogLayout,
  named: (topic: string) => string,
): string[] {
  return topics.flatMap((topic) => {
    const begun = inspections.filter((one) => one.topic === topic && one.found?.beginning !== 'empty');
    const without = Array.from({ length: partitions }, (_, partition) => partition).filter(
      (partition) => !begun.some((one) => one.partition === partition),
    );
    if (without.length === partitions) return [`${named(topic)} (all of it)`];
    return without.map((partition) => `partition ${partition} of ${named(topic)}`);
  });
}

/** Existing empty topics must have the requested number of partitions. */
function refuseOtherCounts({ layout, inspections, named }: SetupSeen): void {
  for (const topic of layout.topics) {
    const { length } = inspections.filter((one) => one.topic === topic);
    if (length === 0 || length === layout.partitions) continue;
    throw new LogDiffers(
      `${named(topic)} has ${length} partitions, not ${layout.partitions}: their number is fixed when a log is created\n` +
        `  to fix it: ask for ${length} partitions, or use another topic prefix, or delete the topic, which has no records`,
    );
  }
}

function foreignRecords({ topic, partition }: PartitionInspection, { named }: SetupSeen): LogDiffers {
  return new LogDiffers(
    `partition ${partition} of ${named(topic)} does not begin with a genesis record: it has records of another program\n` +
      '  to fix it: use another topic prefix, and leave this topic to its owner',
  );
}

function notWhole(missing: readonly string[], identity: LogIdentity, seen: SetupSeen): LogDiffers {
  const { inspections, known, layout, named } = seen;
  const there = layout.topics.map((topic) => {
    const those = inspections.filter((one) => one.topic === topic);
    const length = those.reduce((sum, { found }) => sum + (found?.end ?? 0), 0);
    return `${named(topic)} (${those.length === 0 ? 'missing' : `ends at ${length} over ${those.length} partitions`})`;
  });
  const database = known === null ? '' : '; the database knows this log';
  return new LogDiffers(
    `${logInWords(identity)} is not complete, and nothing was created in its place\n` +
      `  missing or wrong: ${missing.join(', ')}\n  existing: ${there.join(', ')}${database}\n${remedies}`,
  );
}

const remedies =
  '  acknowledged notifications are in what exists, and nowhere else: delete nothing of it\n' +
  '  to fix it: if this is the wrong log, correct the settings that locate it; ' +
  'or restore what is missing, from a backup or a mirror that kept offsets, and run setup again; ' +
  'or begin a new ledger beside this one, with another topic prefix and another database';
