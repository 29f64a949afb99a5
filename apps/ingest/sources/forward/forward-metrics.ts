import type { Metrics } from '@mps-ledger/platform';
import type { ForwardState } from './forward-state';

/**
 * What became of a notification that was sent to a handler: accepted; refused and passed over; failed and sent again. Damaged: its
 * bytes are not those that were received, so it was not sent.
 */
export type ForwardResult = 'accepted' | 'refused' | 'failed' | 'damaged';

/** The metrics of the forwarding of one source. */
export interface ForwardMetrics {
  forwarded(result: ForwardResult): void;
  /** Takes its gauge away. */
  remove(): void;
}

export interface ForwardsMetrics {
  of(source: string, state: ForwardState): ForwardMetrics;
}

export function makeForwardsMetrics(metrics: Metrics): ForwardsMetrics {
  const states = new Map<string, ForwardState>();
  const forwarded = metrics.counter({
    name: 'forwarded_total',
    help: 'Notifications sent to the handler of forward_to: accepted, refused (passed over), failed (sent again), damaged (not sent).',
    labels: ['source', 'result'],
  });
  metrics.gauge({
    name: 'forward_lag_seconds',
    help: 'Age of the oldest notification that this process is sending to the handler of forward_to; 0 where none is.',
    labels: ['source'],
    collect(gauge) {
      gauge.reset();
      for (const [source, state] of states) gauge.set({ source }, state.lagSeconds(Date.now()));
    },
  });
  return {
    of(source, state) {
      states.set(source, state);
      return {
        forwarded: (result) => forwarded.inc({ source, result }),
        remove() {
          if (states.get(source) === state) states.delete(source);
        },
      };
    },
  };
}
