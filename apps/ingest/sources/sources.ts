import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type { CallbackConfig } from '../ingest.config';

/** A configured way in, belonging to one account. */
export interface Source {
  /** Travels in every raw record. */
  readonly id: string;
  readonly account: string;
  /** How its notifications come; a label of metrics. */
  readonly transport: 'callback';
  /** Last part of its URL, `/notify/{path}`. */
  readonly path: string;
  /** Notify keys of which one must have made the signature; empty where its notifications are not signed. */
  readonly keys: readonly string[];
  /** What becomes of a notification whose Sign is right and has expired: taken with less trust, or refused. */
  readonly expired: 'accept' | 'refuse';
}

/** The configured sources: the one that the environment names. */
export function sourcesOf(
  config: Pick<CallbackConfig, 'MPS_NOTIFY_PATH' | 'MPS_NOTIFY_KEY' | 'MPS_NOTIFY_EXPIRED'>,
): readonly Source[] {
  return [
    {
      id: 'default',
      account: DEFAULT_ACCOUNT,
      transport: 'callback',
      path: config.MPS_NOTIFY_PATH,
      keys: config.MPS_NOTIFY_KEY ?? [],
      expired: config.MPS_NOTIFY_EXPIRED,
    },
  ];
}
