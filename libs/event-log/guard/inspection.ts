import { LogOfOtherFormat } from '../port/errors';
import { LOG_FORMAT, otherFormatOf, readGenesis, type Genesis } from '../port/genesis';
import type { NewRecord } from '../port/port';

/**
 * How a partition begins: with a genesis record, with one of another format, with another record, without its first one, or with
 * nothing yet.
 */
export type Beginning = Genesis | { readonly format: string } | 'other' | 'cut' | 'empty';

/** How a partition with this first record begins. */
export function beginningWith(first: Pick<NewRecord, 'headers' | 'value'>): Beginning {
  const format = otherFormatOf(first);
  return format === null ? (readGenesis(first) ?? 'other') : { format };
}

/** One partition, as it was inspected. */
export interface PartitionInspection {
  /** Without prefix. */
  readonly topic: string;
  readonly partition: number;
  /** Null: it could not be inspected. */
  readonly found: { readonly beginning: Beginning; readonly end: number } | null;
}

/** A topic and a partition as one key. */
export const topicPartition = (topic: string, partition: number): string => `${topic}/${partition}`;

/** Throws `LogOfOtherFormat` where a partition begins in a format that this build does not read. */
export function refuseOtherFormats(
  inspections: readonly PartitionInspection[],
  named: (topic: string) => string,
): void {
  for (const { topic, partition, found } of inspections) {
    const beginning = found?.beginning;
    if (typeof beginning !== 'object' || !('format' in beginning)) continue;
    throw new LogOfOtherFormat(
      `partition ${partition} of ${named(topic)} is of format ${beginning.format}, and this build reads format ${LOG_FORMAT}`,
    );
  }
}
