import type { NotificationSource } from '../../ingest/sources/notification-sources';
import type { CheckItem } from '../check';
import type { DoctorConfig } from '../doctor.config';
import type { LedgerView } from '../ledger';

/** The sources of one kind: which are configured, and what to look at beside their records. */
export interface SourceKind<Source extends NotificationSource = NotificationSource> {
  /** Empty where their settings are missing or wrong. */
  readonly sourcesOf: (config: Partial<DoctorConfig>) => readonly Source[];
  /** Whether it can be reached, and lets notifications in. Acknowledges and deletes nothing. */
  readonly check: (source: Source, ledger: LedgerView) => Promise<readonly CheckItem[]>;
}
