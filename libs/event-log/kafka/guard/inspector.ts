import { LogUnavailable } from '../../port/errors';
import type { SettingsFound } from '../../guard/guard';
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

/** Looks at a log over connections of its own, for its guard. */
export interface LogInspector {
  /** `anew`: over connections that are made for it. Rejects with a LogError. */
  inspect(anew: boolean): Promise<readonly PartitionInspection[]>;
  settings(): Promise<SettingsFound>;
  close(): Promise<void>;
}

const LEADER_TIMEOUT_MS = 1_500;

/** Connects when it is used. */
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
    async inspect(anew) {
      if (closed.signal.aborted) throw new LogUnavailable('the log is closed');
      if (anew) {
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
