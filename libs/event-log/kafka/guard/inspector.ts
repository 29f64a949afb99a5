import { LogUnavailable } from '../../port/errors';
import type { SettingsFound } from '../../guard/guard-options';
import type { PartitionInspection } from '../../guard/inspection';
import type { LogLayout } from '../../port/port';
import type { TopicNaming } from '../../port/topic-names';
import { makeClient, type KafkaConnection } from '../client';
import { readSettings } from './identity';
import { inspectPartitions } from './inspect';
import { makeReader, type Reader } from '../reader';
import { namedTopic, type TopicOptions } from '../setup/topic-settings';

export interface LogInspectorOptions extends TopicOptions, KafkaConnection {
  readonly layout: Pick<LogLayout, 'topics'> & TopicNaming;
}

/** Inspects a log over its own connections, for the guard. */
export interface LogInspector {
  /** With `fresh`, over new connections. Rejects with a LogError. */
  inspect(fresh: boolean): Promise<readonly PartitionInspection[]>;
  settings(): Promise<SettingsFound>;
  close(): Promise<void>;
}

const LEADER_TIMEOUT_MS = 1_500;

/** Connects on first use. */
export function makeLogInspector(options: LogInspectorOptions): LogInspector {
  const { topics } = options.layout;
  const closed = new AbortController();
  const client = makeClient(options, { closed: closed.signal });
  const wanted = { topics, named: (topic: string) => namedTopic(options, topic), leaderTimeoutMs: LEADER_TIMEOUT_MS };
  let reader = makeReader(client);
  const once = async <Value>(use: (own: Reader) => Promise<Value>): Promise<Value> => {
    const own = makeReader(client);
    return use(own).finally(() => own.close());
  };
  return {
    async inspect(fresh) {
      if (closed.signal.aborted) throw new LogUnavailable('the log is closed');
      if (fresh) {
        void reader.close();
        reader = makeReader(client);
      }
      return inspectPartitions(reader, wanted);
    },
    settings: () => once((own) => readSettings(client, own, options)),
    async close() {
      await reader.close();
      closed.abort();
    },
  };
}
