/** Something that is wrong, or may be. */
export interface ItemToFix {
  readonly status: 'warning' | 'finding';
  /** What is wrong. */
  readonly what: string;
  /** Where: a setting, an address, a topic, a partition. */
  readonly where?: string;
  /** What to do: a command or a setting. */
  readonly fix: string;
}

/** One thing that a check found. */
export type CheckItem = ItemToFix | { readonly status: 'ok' | 'not-checked'; readonly what: string };

export type CheckStatus = CheckItem['status'];

/** A check of the deployment. It changes nothing. */
export interface DeploymentCheck {
  readonly name: string;
  /** Rejects with `NotChecked` where something that it needs is reported by another check. At least one item otherwise. */
  readonly run: () => Promise<readonly CheckItem[]>;
  /** After this it is reported as a finding, in ms. */
  readonly limitMs: number;
}

/** The result of one check; its status is that of its worst item. */
export interface CheckedDeployment {
  readonly name: string;
  readonly status: CheckStatus;
  readonly items: readonly CheckItem[];
}

/** A check cannot be made, for a reason that another check reports. */
export class NotChecked extends Error {
  readonly code = 'not-checked';
}

export const ok = (what: string): CheckItem => ({ status: 'ok', what });
export const notChecked = (what: string): CheckItem => ({ status: 'not-checked', what });
export const warning = (what: string, fix: string, where?: string): ItemToFix => ({
  ...{ status: 'warning', what, fix },
  ...(where !== undefined && { where }),
});
export const finding = (what: string, fix: string, where?: string): ItemToFix => ({
  ...{ status: 'finding', what, fix },
  ...(where !== undefined && { where }),
});

const BY_SEVERITY: readonly CheckStatus[] = ['finding', 'warning', 'not-checked', 'ok'];

/** The status of the worst item. */
export function worstOf(items: readonly CheckItem[]): CheckStatus {
  return BY_SEVERITY.find((status) => items.some((item) => item.status === status)) ?? 'not-checked';
}
