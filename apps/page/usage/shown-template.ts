import type { UsageItem } from './usage-rows';
import { oneOf, type Address } from '../routing/address';

/** One template, of which the chart shows the days. */
export interface ShownTemplate {
  readonly kind: string;
  /** Null: those without one. */
  readonly definition: string | null;
}

/** The template that an address names; null: all of them. */
export function templateIn(address: Address): ShownTemplate | null {
  const kind = oneOf(address, 'subtask_kind');
  return kind === null ? null : { kind, definition: oneOf(address, 'definition') };
}

/** The parameters that name a template; null: those of a row that is none, since it is the tasks themselves. */
export function templateParameters({
  subtask_kind: kind,
  definition,
}: UsageItem): Record<string, string | null> | null {
  return kind === null || kind === undefined ? null : { subtask_kind: kind, definition: definition ?? null };
}
