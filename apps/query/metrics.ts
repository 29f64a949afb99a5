import type { Pool } from 'pg';
import type { Metrics } from '@mps-ledger/platform';
import { readFreshness, type ReadModel } from '@mps-ledger/read-model';
import type { OpenFeeds } from './feeds/open-feeds';
import type { Lane } from './lane';
import type { WaitingRoom } from './waiting/waiting-room';

/** Adds the metrics of the query app. The listener counts the requests. */
export function addQueryMetrics(
  metrics: Metrics,
  db: ReadModel<Pool>,
  waiting: WaitingRoom,
  lists: Lane,
  folds: Lane,
  feeds: OpenFeeds,
): void {
  addStreams(metrics, feeds);
  metrics.gauge({
    name: 'query_waiters',
    help: 'Requests that wait for a receipt, for a position or for the end of a task.',
    collect: (gauge) => {
      gauge.set(waiting.count);
    },
  });
  addLoad(metrics, lists, 'query_lists', 'Requests for lists');
  addLoad(metrics, folds, 'query_folds', 'Requests that fold a long history');
  metrics.gauge({
    name: 'query_pool_connections',
    help: 'Connections to Postgres by state, and requests that wait for one.',
    labels: ['state'],
    collect: (gauge) => {
      gauge.set({ state: 'idle' }, db.db.idleCount);
      gauge.set({ state: 'used' }, db.db.totalCount - db.db.idleCount);
      gauge.set({ state: 'awaited' }, db.db.waitingCount);
    },
  });
  metrics.gauge({
    name: 'read_model_lag_seconds',
    help: 'Age of the rows, by the clock of the database; correct also when no projector runs. NaN while unknown.',
    collect: async (gauge) => {
      const lagMs = await readFreshness(db).then(
        (freshness) => freshness.lagMs,
        () => null,
      );
      gauge.set(lagMs === null ? Number.NaN : lagMs / 1000);
    },
  });
}

function addLoad(metrics: Metrics, lane: Lane, name: string, requests: string): void {
  metrics.gauge({
    name,
    help: `${requests}: in flight (read) or waiting for their turn.`,
    labels: ['state'],
    collect: (gauge) => {
      const { atWork, waiting } = lane.load;
      gauge.set({ state: 'read' }, atWork);
      gauge.set({ state: 'waiting' }, waiting);
    },
  });
}

function addStreams(metrics: Metrics, feeds: OpenFeeds): void {
  metrics.gauge({
    name: 'sse_clients',
    help: 'Open streams of events (GET /v1/stream).',
    collect: (gauge) => {
      gauge.set(feeds.clients.count);
    },
  });
}
