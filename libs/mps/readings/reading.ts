import type { TaskKind } from '@mps-ledger/tasks';

import type { Finding } from './finding';

/** The content of one notification: its findings, independent of its hearing. */
export interface Reading {
  readonly kind: TaskKind;
  /** Why the notification could not be read, or not completely. */
  readonly reason?: string;
  /** Remarks on the content. */
  readonly marks: readonly string[];
  readonly findings: readonly Finding[];
}

/** The reading of a notification that is not interpreted. */
export function unread(reason: string, kind: TaskKind = 'unknown', marks: readonly string[] = []): Reading {
  return { kind, reason, marks, findings: [] };
}
