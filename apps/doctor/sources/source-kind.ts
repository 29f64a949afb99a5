import type { ConfiguredSource } from '../../ingest/sources/notification-sources';
import type { CheckItem } from '../check';
import type { LedgerView } from '../ledger';

type Transport = ConfiguredSource['transport'];

/** Whether a source can be reached, and lets notifications in. Acknowledges and deletes nothing. */
export type CheckSource<Source extends ConfiguredSource> = (
  source: Source,
  ledger: LedgerView,
) => Promise<readonly CheckItem[]>;

/** For each kind of source that can be configured, how one is looked at. */
export type SourceKinds = {
  readonly [Kind in Transport]: CheckSource<Extract<ConfiguredSource, { readonly transport: Kind }>>;
};
