import type { Generations, LogLayout } from './port';

/** The generations of a log that was not copied, derived by the first mapper. */
export const FIRST_GENERATIONS: Generations = { logGeneration: 1, eventGeneration: 1 };

/** What a topic's name depends on. */
export type TopicNaming = Pick<LogLayout, 'derived' | 'generations'>;

/**
 * The name under which the log has a topic, still without prefix: with the suffix `.l<L>` from the second log generation on, the
 * derived topic with `.l<L>m<M>` unless both generations are the first.
 */
export function topicName(topic: string, { derived, generations = FIRST_GENERATIONS }: TopicNaming): string {
  const { logGeneration, eventGeneration } = generations;
  if (topic === derived?.topic)
    return logGeneration === 1 && eventGeneration === 1 ? topic : `${topic}.l${logGeneration}m${eventGeneration}`;
  return logGeneration === 1 ? topic : `${topic}.l${logGeneration}`;
}
