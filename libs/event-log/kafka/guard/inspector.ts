import { LogUnavailable } from '../../port/errors';
import type { SettingsFound } from '../../guard/guard';
import type { Place } from '../../guard/inspection';
import type { LogLayout } from '../../port/port';
import type { TopicNaming } from '../../port/topic-names';
import { makeClient, type KafkaConnection } from '../client';
import { readSettings } from './identity';
import { lookAt } from './inspect';
import { makeReader, type Reader } from '../reader';
import { namedTopic, type TopicOptions } from '../setup/topic-settings';

export interface LookerOptions extends TopicOptions, KafkaConnection {
  readonly layout: Pick<LogLayout, 'topics'> & TopicNaming;
}

/** Looks at a log over connections of its own, for its guard. */
export interface Looker {
  /** `anew`: over connections that are made for it. Rejects with a LogError. */
  look(anew: boolean): Promise<readonly Place[]>;
  settings(): Promise<SettingsFound>;
  close(): Promise<void>;
}

const LEADER_MS = 1_500;

/** Connects when it is used. */
export function makeLooker(options: LookerOptions): Looker {
  const { topics } = options.layout;
  const closed = new AbortController();
  const client = makeClient(options, { closed: closed.signal });
  const wanted = { topics, named: (topic: string) => namedTopic(options, topic), leaderMs: LEADER_MS };
  let reader = makeReader(client);
  const once = async <Value>(use: (own: Reader) => Promise<Value>): Promise<Value> => {
    const own = makeReader(client);
    return use(own).finally(() => own.close());
  };
  return {
    async look(anew) {
      if (closed.signal.aborted) throw new LogUnavailable('the log is closed');
      if (anew) {
        void reader.close();
        reader = makeReader(client);
      }
      return lookAt(reader, wanted);
    },
    settings: () => once((own) => readSettings(client, own, options)),
    async close() {
      await reader.close();
      closed.abort();
    },
  };
}
