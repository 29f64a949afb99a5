import { RecordTooLarge, type EventLog, type LogIdentity } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { BODY_LIMITS } from '@mps-ledger/platform';
import { makeNotificationIds } from '../sources/notification-ids';
import type { NotificationSource } from '../sources/notification-sources';
import { makeReceive } from '../sources/receive';
import type { ReceiveResult } from '../sources/receive-result';
import { TopicAppends } from '../sources/topic-appends';
import { examineLine } from './bad-lines';
import type { InputLine } from '@mps-ledger/exports';
import type { LineOutcome } from './takes-in-order';

/** Bytes of one line: what a callback may have. */
export const MAX_LINE_BYTES = BODY_LIMITS.bodyBytes;

export interface LineTaker {
  /** Takes the notification of a line; see `TakesInOrderOptions`. */
  readonly take: (line: InputLine) => Promise<LineOutcome>;
  /** Resolves when nothing is in flight. */
  readonly close: () => Promise<void>;
}

export interface LineTakerOptions {
  readonly log: EventLog;
  readonly identity: LogIdentity;
  readonly source: Pick<NotificationSource, 'id' | 'account'>;
}

/**
 * Gives each line to `receive.take`, as a source of transport `file`. What is no notification is reported and not logged, also not as
 * rejected: whoever imports has the file.
 */
export function makeLineTaker({ log, identity, source }: LineTakerOptions): LineTaker {
  const raw = new TopicAppends(log, TOPICS.raw);
  const receive = makeReceive({
    raw,
    rejected: { append: () => Promise.resolve(0) },
    log: () => log.guard.problem()?.code ?? identity,
    now: () => new Date(),
    newId: makeNotificationIds(),
    metrics: { received: () => undefined },
  });
  const delivery = { source: { ...source, transport: 'file', keys: [], expired: 'accept' } } as const;
  return {
    async take(line) {
      const examined = examineLine(line, MAX_LINE_BYTES);
      return examined.outcome === 'full' ? outcomeOf(await receive.take(delivery, examined.bytes)) : examined;
    },
    close: () => raw.close(),
  };
}

function outcomeOf(result: ReceiveResult): LineOutcome {
  switch (result.outcome) {
    case 'accepted':
      return { outcome: 'imported' };
    case 'refused':
      return { outcome: 'bad', reason: result.code, detail: result.detail };
    case 'unsigned':
      return { outcome: 'bad', reason: `signature-${result.reason}`, detail: 'The signature was judged.' };
    case 'unavailable': {
      const { code, cause } = result;
      if (cause instanceof RecordTooLarge) return { outcome: 'bad', reason: cause.code, detail: cause.message };
      return { outcome: 'unavailable', reason: cause instanceof Error ? `${code}: ${cause.message}` : code };
    }
  }
}
