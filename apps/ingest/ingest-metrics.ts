import type { Metrics } from '@mps-ledger/platform';
import type { DeriveMetrics } from './derive/derive';
import type { IngestLog } from './ingest-log';
import type { ReceiveResult } from './sources/receive-result';
import type { TopicAppends } from './sources/topic-appends';

/** The metrics of ingest. */
export interface IngestMetrics extends DeriveMetrics {
  /** One body was accepted or refused. */
  received(transport: string, received: ReceiveResult): void;
}

export function makeIngestMetrics(metrics: Metrics): IngestMetrics {
  const received = metrics.counter({
    name: 'notifications_received_total',
    help: 'Bodies received, by result: accepted (on the raw log), rejected (logged as no notification), refused (only counted), unavailable (to be sent again).',
    labels: ['transport', 'result'],
  });
  const signatureFailures = metrics.counter({
    name: 'notification_signature_failures_total',
    help: 'Bodies without a valid signature, of sources with keys. Expired ones are accepted unless MPS_NOTIFY_EXPIRED=refuse.',
    labels: ['reason'],
  });
  const rejected = metrics.counter({
    name: 'rejected_total',
    help: 'Bodies that are no notification, logged as rejected or only counted.',
    labels: ['reason'],
  });
  const unread = metrics.counter({
    name: 'notifications_unread_total',
    help: 'Bodies that are acknowledged and on the raw log although they are no notification, as they come from a queue.',
    labels: ['reason'],
  });
  return {
    received(transport, outcome) {
      received.inc({ transport, result: resultOf(outcome) });
      if (outcome.outcome === 'unsigned') signatureFailures.inc({ reason: outcome.reason });
      if (outcome.outcome === 'accepted' && outcome.signExpired) signatureFailures.inc({ reason: 'expired' });
      if (outcome.outcome === 'accepted' && outcome.unread !== undefined) unread.inc({ reason: outcome.unread });
      if (outcome.outcome === 'refused') rejected.inc({ reason: outcome.code });
    },
    ...makeDeriveMetrics(metrics),
  };
}

function makeDeriveMetrics(metrics: Metrics): DeriveMetrics {
  const appended = metrics.counter({
    name: 'events_appended_total',
    help: 'Events appended to the log.',
    labels: ['type'],
  });
  const notInterpreted = metrics.counter({
    name: 'notifications_not_interpreted_total',
    help: 'Raw records that could not be interpreted, or not completely.',
    labels: ['reason'],
  });
  const readAgain = metrics.counter({
    name: 'raw_records_read_again_total',
    help: 'Damaged raw records that were read again, by the result: whole or broken.',
    labels: ['result'],
  });
  const failed = metrics.counter({
    name: 'derive_failures_total',
    help: 'Failures of deriving, by code; each is retried indefinitely.',
    labels: ['code'],
  });
  return {
    appended(types) {
      for (const type of types) appended.inc({ type });
    },
    notInterpreted: (reason) => notInterpreted.inc({ reason }),
    readAgain: (isIntact) => readAgain.inc({ result: isIntact ? 'whole' : 'broken' }),
    failed: (code) => failed.inc({ code }),
  };
}

/** Adds gauges of the partitions that are blocked, as far as this process knows, and of the notifications that wait for the log. */
export function addIngestGauges(metrics: Metrics, log: IngestLog, raw: TopicAppends): void {
  metrics.gauge({
    name: 'derive_stopped_partitions',
    help: 'Partitions whose deriving is blocked, as far as this process knows, by code; a problem of all partitions counts once.',
    labels: ['code'],
    collect(gauge) {
      gauge.reset();
      for (const { code } of log.problems()) gauge.inc({ code });
    },
  });
  metrics.gauge({
    name: 'receive_waiting_bytes',
    help: 'Bytes of notifications that wait for the log.',
    collect: (gauge) => gauge.set(raw.waitingBytes),
  });
}

function resultOf(received: ReceiveResult): string {
  switch (received.outcome) {
    case 'accepted':
      return 'accepted';
    case 'refused':
      return received.notificationId === null ? 'refused' : 'rejected';
    case 'unsigned':
      return 'refused';
    case 'unavailable':
      return 'unavailable';
  }
}
