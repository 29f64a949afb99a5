import type { ReadModel } from '../read-model';
import {
  GONE_FAILURE,
  REMOVE_COUNTS,
  REMOVE_GROUPS,
  REMOVE_USAGE,
  WRITE_FAILURES,
  WRITE_USAGE,
} from '../sql/write-reports';
import { columnTexts } from './columns';
import { ERROR_COUNT, ERROR_GROUP, FAILURE, USAGE } from './rows';
import type { ReportChanges } from './rows';

/** Writes failures and their sums in the caller's transaction: one statement, and none where nothing of them changed. */
export async function writeFailures(model: ReadModel, partition: number, changes: ReportChanges): Promise<void> {
  const { failures, gone, groups, counts } = changes;
  if (failures.length + gone.length + groups.length + counts.length === 0) return;
  await model.db.query({
    ...WRITE_FAILURES(model),
    values: [
      ...[partition, ...columnTexts(GONE_FAILURE, gone), ...columnTexts(FAILURE, failures)],
      ...[...columnTexts(ERROR_GROUP, groups), ...columnTexts(ERROR_COUNT, counts)],
    ],
  });
  const fewerGroups = groups.filter(isFewer);
  const fewerCounts = counts.filter(isFewer);
  if (fewerGroups.length > 0)
    await model.db.query({ ...REMOVE_GROUPS(model), values: [partition, ...columnTexts(ERROR_GROUP, fewerGroups)] });
  if (fewerCounts.length > 0)
    await model.db.query({ ...REMOVE_COUNTS(model), values: [partition, ...columnTexts(ERROR_COUNT, fewerCounts)] });
}

function isFewer({ count }: { readonly count: number }): boolean {
  return count < 0;
}

/** Writes what is added to usage, where no batch does. */
export async function writeUsage(model: ReadModel, partition: number, { usage }: ReportChanges): Promise<void> {
  if (usage.length > 0)
    await model.db.query({ ...WRITE_USAGE(model), values: [partition, ...columnTexts(USAGE, usage)] });
}

/** Removes rows of usage that came to nothing, once a batch took something of them; rare. */
export async function removeUsage(model: ReadModel, partition: number, { usage }: ReportChanges): Promise<void> {
  const fewer = usage.filter(({ tasks, subtasks }) => tasks + subtasks < 0);
  if (fewer.length === 0) return;
  await model.db.query({ ...REMOVE_USAGE(model), values: [partition, ...columnTexts(USAGE, fewer)] });
}
