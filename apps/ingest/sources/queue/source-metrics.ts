import type { Metrics } from '@mps-ledger/platform';
import { SOURCE_STATUSES, type SourceState } from './source-state';

/** What became of messages. */
export type MessageResult = 'logged' | 'left' | 'too-large' | 'deleted' | 'not-deleted';

/** The metrics of one source. */
export interface SourceMetrics {
  polled(result: 'messages' | 'empty' | 'failed'): void;
  /** The age of the oldest message of a poll, ms. */
  oldest(ageMs: number): void;
  messages(result: MessageResult, count: number): void;
  /** Takes the source's gauges away. */
  remove(): void;
}

/** The metrics of the sources of one process. */
export interface SourcesMetrics {
  of(source: string, state: SourceState): SourceMetrics;
}

export function makeSourcesMetrics(metrics: Metrics): SourcesMetrics {
  const states = new Map<string, SourceState>();
  addStateGauge(metrics, states);
  const { polls, messages, lastReceived, oldest } = familiesOf(metrics);
  return {
    of(source, state) {
      states.set(source, state);
      return {
        polled(result) {
          polls.inc({ source, result });
          if (result === 'messages') lastReceived.set({ source }, Math.floor(Date.now() / 1000));
          if (result === 'empty') oldest.set({ source }, 0);
        },
        oldest: (ageMs) => oldest.set({ source }, ageMs / 1000),
        messages: (result, count) => {
          if (count > 0) messages.inc({ source, result }, count);
        },
        remove() {
          if (states.get(source) !== state) return;
          states.delete(source);
          for (const gauge of [lastReceived, oldest]) gauge.remove({ source });
        },
      };
    },
  };
}

function addStateGauge(metrics: Metrics, states: ReadonlyMap<string, SourceState>): void {
  metrics.gauge({
    name: 'source_state',
    help: 'What a source does: 1 for its present state, 0 for the others.',
    labels: ['source', 'state'],
    collect(gauge) {
      gauge.reset();
      for (const [source, { status }] of states)
        for (const state of SOURCE_STATUSES) gauge.set({ source, state }, state === status ? 1 : 0);
    },
  });
}

function familiesOf(metrics: Metrics) {
  return {
    polls: metrics.counter({
      name: 'source_polls_total',
      help: 'Polls of queues, by result: messages, empty, failed.',
      labels: ['source', 'result'],
    }),
    messages: metrics.counter({
      name: 'source_messages_total',
      help: 'Messages of queues: logged, left in the queue, too-large (left, since the log refuses their size), deleted, or not-deleted (they come again).',
      labels: ['source', 'result'],
    }),
    lastReceived: metrics.gauge({
      name: 'source_last_received_timestamp_seconds',
      help: 'When a source received its last messages, unix time.',
      labels: ['source'],
    }),
    oldest: metrics.gauge({
      name: 'source_oldest_message_seconds',
      help: 'Age of the oldest message of the last poll; 0 where that was empty.',
      labels: ['source'],
    }),
  };
}
