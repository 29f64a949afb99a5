import { makeClient, type KafkaConnection } from '../client';
import { toLogError } from '../faults';
import { makeReader } from '../reader';
import { findTopics, namedTopic, type WantedTopics } from './topic-settings';

/** The topics' `retention.ms`, by their names without prefix, where it is limited. Rejects with a LogError. */
export async function readKafkaRetention(
  wanted: Pick<WantedTopics, 'layout' | 'topicPrefix'> & KafkaConnection,
): Promise<ReadonlyMap<string, number>> {
  const client = makeClient(wanted);
  const reader = makeReader(client);
  const { topics } = wanted.layout;
  try {
    const found = await findTopics(
      client,
      reader,
      topics.map((topic) => namedTopic(wanted, topic)),
    );
    const retentions = topics.map(
      (topic) => [topic, Number(found.get(namedTopic(wanted, topic))?.settings.get('retention.ms') ?? -1)] as const,
    );
    return new Map(retentions.filter(([, ms]) => ms >= 0));
  } catch (error) {
    throw toLogError(error);
  } finally {
    await reader.close();
  }
}
