import type { BuildComparison } from '@mps-ledger/comparing';
import { MAPPER_VERSION } from '@mps-ledger/tasks';

/** What a comparison reports: the same on any machine for the same log, builds and code. */
export interface CompareReport {
  readonly mps_ledger_compare: 1;
  readonly equal: boolean;
  readonly log: {
    readonly log_id: string;
    readonly log_generation: number;
    readonly event_generation: number;
    readonly partitions: number;
  };
  readonly code: { readonly revision: string; readonly mapper: string };
  readonly from: ReportedBuild;
  readonly to: ReportedBuild;
  /** Records up to the common position, by partition. */
  readonly history: BuildComparison['states']['history'];
  /** Tasks that differ; with `at_least` perhaps more. */
  readonly differing: number;
  readonly at_least: boolean;
  readonly tasks: BuildComparison['tasks'];
  readonly places: BuildComparison['places'];
  /** Keys of tasks that could not be compared. */
  readonly left: readonly string[];
}

interface ReportedBuild {
  readonly build: number;
  readonly fold_version: number;
  /** Offsets of the event log, by partition. */
  readonly position: readonly number[];
  readonly tasks: number;
  /** Over the states of all its tasks, as `npm run fold` computes it. */
  readonly digest: string;
}

export interface ReportOptions {
  readonly compared: BuildComparison;
  readonly builds: { readonly from: number; readonly to: number };
  readonly revision: string;
}

/** Makes the report of a comparison. */
export function makeReport({ compared, builds, revision }: ReportOptions): CompareReport {
  const { identity, states, positions, foldVersions } = compared;
  const buildOf = (side: 'from' | 'to'): ReportedBuild => ({
    ...{ build: builds[side], fold_version: foldVersions[side], position: positions[side].events, ...states[side] },
  });
  return {
    ...{ mps_ledger_compare: 1, equal: compared.ok },
    log: {
      ...{ log_id: identity.logId, log_generation: identity.logGeneration },
      ...{ event_generation: identity.eventGeneration, partitions: identity.partitions },
    },
    code: { revision, mapper: MAPPER_VERSION },
    ...{ from: buildOf('from'), to: buildOf('to'), history: states.history },
    ...{ differing: compared.differing, at_least: compared.truncated },
    ...{ tasks: compared.tasks, places: compared.places, left: compared.left },
  };
}
