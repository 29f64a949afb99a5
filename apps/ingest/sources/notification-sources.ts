import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type { CallbackConfig } from '../ingest.config';

/** How the notifications of a source come; a label of metrics, and part of every raw record. */
export type Transport = 'callback' | 'cmq-queue' | 'cmq-topic' | 'sqs' | 'file';

/** A configured source of notifications, belonging to one account. */
export interface NotificationSource {
  /** Part of every raw record. */
  readonly id: string;
  readonly account: string;
  readonly transport: Transport;
  /** Notify keys, one of which must have made the signature; empty where notifications are not signed. */
  readonly keys: readonly string[];
  /** Whether a notification with an expired Sign is accepted with less trust, or refused. */
  readonly expired: 'accept' | 'refuse';
}

/** A source that MPS calls. */
export interface CallbackSource extends NotificationSource {
  readonly transport: 'callback';
  /** Last part of its URL, `/notify/{path}`. */
  readonly path: string;
}

/** The configured callbacks: one, from the environment. */
export function notificationSourcesOf(
  config: Pick<CallbackConfig, 'MPS_NOTIFY_PATH' | 'MPS_NOTIFY_KEY' | 'MPS_NOTIFY_EXPIRED'>,
): readonly CallbackSource[] {
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
