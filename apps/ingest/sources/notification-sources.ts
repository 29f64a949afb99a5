import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type { CallbackConfig } from '../ingest.config';

/** A configured source of notifications, belonging to one account. */
export interface NotificationSource {
  /** Part of every raw record. */
  readonly id: string;
  readonly account: string;
  /** How its notifications come; a label of metrics. */
  readonly transport: 'callback';
  /** Last part of its URL, `/notify/{path}`. */
  readonly path: string;
  /** Notify keys, one of which must have made the signature; empty where notifications are not signed. */
  readonly keys: readonly string[];
  /** Whether a notification with an expired Sign is accepted with less trust, or refused. */
  readonly expired: 'accept' | 'refuse';
}

/** The configured sources: one, from the environment. */
export function notificationSourcesOf(
  config: Pick<CallbackConfig, 'MPS_NOTIFY_PATH' | 'MPS_NOTIFY_KEY' | 'MPS_NOTIFY_EXPIRED'>,
): readonly NotificationSource[] {
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
