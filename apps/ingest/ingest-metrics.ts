import type { Metrics } from '@mps-ledger/platform';
import type { DeriveMetrics } from './derive/derive';
import type { DeriveProblem } from './derive/derive-state';
import type { Received } from './sources/received';

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
  return {
    received(transport, outcome) {
      received.inc({ transport, result: resultOf(outcome) });
      if (outcome.outcome === 'unsigned') signatureFailures.inc({ reason: outcome.reason });
      if (outcome.outcome === 'accepted' && outcome.signExpired) signatureFailures.inc({ reason: 'expired' });
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
    help: 'Raw records of which nothing, or not all, could be read.',
    labels: ['reason'],
  });
  const readAgain = metrics.counter({
    name: 'raw_records_read_again_total',
    help: 'Raw records that did not hold together and were read again, by what the log gave then: whole or broken.',
    labels: ['result'],
  });
  const failed = metrics.counter({
    name: 'derive_failures_total',
    help: 'Failures of deriving, by code; each is tried again, indefinitely.',
    labels: ['code'],
  });
  return {
    appended(types) {
      for (const type of types) appended.inc({ type });
    },
    notInterpreted: (reason) => notInterpreted.inc({ reason }),
    readAgain: (held) => readAgain.inc({ result: held ? 'whole' : 'broken' }),
    failed: (code) => failed.inc({ code }),
  };
}

/** How many partitions are not derived, as far as this process knows, read when it is asked for. */
export function addDeriveGauge(metrics: Metrics, problems: () => readonly DeriveProblem[]): void {
  metrics.gauge({
    name: 'derive_stopped_partitions',
    help: 'Partitions of which deriving stands still, as far as this process knows, by why; all of them count once.',
    labels: ['code'],
    collect(gauge) {
      gauge.reset();
      for (const { code } of problems()) gauge.inc({ code });
    },
  });
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
