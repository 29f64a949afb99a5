import type { Metrics } from '@mps-ledger/platform';
import type { DeriveMetrics } from './derive';
import type { Received } from './received';

/** What ingest counts. */
export interface IngestMetrics extends DeriveMetrics {
  /** One body was taken or refused. */
  received(transport: string, received: Received): void;
}

export function makeIngestMetrics(metrics: Metrics): IngestMetrics {
  const received = metrics.counter({
    name: 'notifications_received_total',
    help: 'Bodies handed over, by what became of them: accepted (on the raw log), rejected (logged as no notification), refused (only counted), unavailable (to be sent again).',
    labels: ['transport', 'result'],
  });
  const signatureFailures = metrics.counter({
    name: 'notification_signature_failures_total',
    help: 'Bodies without a valid signature, of sources that have keys. Those that expired are taken unless MPS_NOTIFY_EXPIRED=refuse.',
    labels: ['reason'],
  });
  const rejected = metrics.counter({
    name: 'rejected_total',
    help: 'Bodies that are no notification, logged as rejected or only counted.',
    labels: ['reason'],
  });
  const appended = metrics.counter({
    name: 'events_appended_total',
    help: 'Events appended to the log.',
    labels: ['type'],
  });
  const notInterpreted = metrics.counter({
    name: 'notifications_not_interpreted_total',
    help: 'Raw records of which nothing, or not all, could be read.',
    labels: ['reason'],
  });
  return {
    received(transport, outcome) {
      received.inc({ transport, result: resultOf(outcome) });
      if (outcome.outcome === 'unsigned') signatureFailures.inc({ reason: outcome.reason });
      if (outcome.outcome === 'accepted' && outcome.signExpired) signatureFailures.inc({ reason: 'expired' });
      if (outcome.outcome === 'refused') rejected.inc({ reason: outcome.code });
    },
    appended(types) {
      for (const type of types) appended.inc({ type });
    },
    notInterpreted: (reason) => notInterpreted.inc({ reason }),
  };
}

function resultOf(received: Received): string {
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
