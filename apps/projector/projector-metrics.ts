import type { ConsumeMetrics, Coordination } from '@mps-ledger/consuming';
import type { EventLog } from '@mps-ledger/event-log';
import { pause } from '@mps-ledger/platform';
import type { Metrics } from '@mps-ledger/platform';
import { PROJECTION, readProjectionGauges, readUnderivedAlarms } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { FOLLOWED } from '@mps-ledger/task-projection';

/** What the projector counts. */
export interface ProjectorMetrics extends ConsumeMetrics {
  /** Events were applied; `received`: when their notifications were received. */
  applied(events: number, received: readonly string[]): void;
}

const projection = PROJECTION;

/** @param nowMs the clock that the time from received to visible is measured by. Default `Date.now`. */
export function makeProjectorMetrics(metrics: Metrics, nowMs: () => number = Date.now): ProjectorMetrics {
  const applied = metrics.counter({
    name: 'projection_events_applied_total',
    help: 'Event records applied to the rows.',
    labels: ['projection'],
  });
  const visible = metrics.histogram({
    name: 'end_to_end_seconds',
    help: 'From the receipt of a notification to its rows being visible.',
  });
  applied.inc({ projection }, 0);
  return {
    applied(events, received) {
      applied.inc({ projection }, events);
      const now = nowMs();
      for (const time of received) visible.observe(Math.max(0, now - Date.parse(time)) / 1000);
    },
    ...makeConsumeMetrics(metrics, projection, FOLLOWED),
  };
}

/** What the consume loop of a projection counts. */
export function makeConsumeMetrics(metrics: Metrics, projection: string, topics: readonly string[]): ConsumeMetrics {
  const parked = metrics.counter({
    name: 'projection_parked_total',
    help: 'Records that could not be applied and were parked.',
    labels: ['projection', 'topic'],
  });
  const ahead = metrics.counter({
    name: 'projection_ahead_total',
    help: 'Batches that began after the checkpoint. Anything but 0 is an alarm.',
    labels: ['projection', 'topic'],
  });
  for (const topic of topics) {
    parked.inc({ projection, topic }, 0);
    ahead.inc({ projection, topic }, 0);
  }
  return {
    parked: (topic) => parked.inc({ projection, topic }),
    ahead: (topic) => ahead.inc({ projection, topic }),
  };
}

export interface GaugeSources {
  readonly model: ReadModel;
  readonly log: Pick<EventLog, 'endPositions'>;
  readonly coordination: Pick<Coordination, 'problems'>;
}

/** Registers gauges that are read at each scrape: lag, parked tasks, blocked partitions. */
export function addProjectorGauges(metrics: Metrics, sources: GaugeSources): void {
  addRowGauges(metrics, sources);
  metrics.gauge({
    name: 'projection_stopped_partitions',
    help: 'Blocked partitions of this process, by error code.',
    labels: ['projection', 'code'],
    collect(gauge) {
      gauge.reset();
      for (const { problemCode } of sources.coordination.problems())
        gauge.inc({ projection, code: problemCode ?? 'unknown' });
    },
  });
}

/** Keeps its last value while the database is unavailable. */
function addUnderived(metrics: Metrics, model: ReadModel): void {
  metrics.gauge({
    name: 'underived_partitions',
    help: 'Partitions with raw records that were received and not derived. Anything but 0 is an alarm.',
    labels: ['passed_over'],
    collect: quietly(async (gauge) => {
      const alarms = await readUnderivedAlarms(model);
      for (const isPassedOver of [true, false]) {
        const count = alarms.filter((alarm) => alarm.isPassedOver === isPassedOver).length;
        gauge.set({ passed_over: String(isPassedOver) }, count);
      }
    }),
  });
}

function addRowGauges(metrics: Metrics, { model, log }: GaugeSources): void {
  metrics.gauge({
    name: 'projection_lag_events',
    help: 'Event records on the log that are not applied yet.',
    labels: ['projection', 'partition'],
    collect: quietly(async (gauge) => {
      const ends = await log.endPositions(TOPICS.events);
      const { positions } = await readProjectionGauges(model);
      for (const [partition, end] of ends.entries())
        gauge.set({ projection, partition }, Math.max(0, end - (positions[partition] ?? 0)));
    }),
  });
  addLagSeconds(metrics, model);
  addUnderived(metrics, model);
  metrics.gauge({
    name: 'projection_parked_tasks',
    help: 'Tasks with records that could not be applied.',
    labels: ['projection'],
    collect: quietly(async (gauge) => gauge.set({ projection }, (await readProjectionGauges(model)).parkedTasks)),
  });
}

/** Keeps rising while the database is unavailable, from the last known value. */
function addLagSeconds(metrics: Metrics, model: ReadModel): void {
  let completeAt: number | null = null;
  const read = quietly(async () => {
    const { lagSeconds } = await readProjectionGauges(model);
    if (lagSeconds !== null) completeAt = performance.now() - lagSeconds * 1_000;
  });
  metrics.gauge({
    name: 'projection_lag_seconds',
    help: 'How long ago the rows were last known to be complete.',
    labels: ['projection'],
    async collect(gauge) {
      await read(gauge);
      if (completeAt !== null) gauge.set({ projection }, (performance.now() - completeAt) / 1_000);
    },
  });
}

const COLLECT_LIMIT_MS = 1_000;

/** Bounds a reading: a value that cannot be read now, or not in time, stays what it was at the last scrape. */
function quietly<Gauge>(read: (gauge: Gauge) => Promise<void>): (gauge: Gauge) => Promise<void> {
  return async (gauge) => {
    const done = new AbortController();
    const timeout = pause(COLLECT_LIMIT_MS, done.signal);
    await Promise.race([read(gauge).catch(() => undefined), timeout]);
    done.abort();
  };
}
