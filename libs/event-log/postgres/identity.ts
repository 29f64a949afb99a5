import { LogNotReady, LogReplaced } from '../port/errors';
import { judge, type Expectation } from '../guard/judge';
import type { LogIdentity, LogLayout } from '../port/port';
import { topicName, type TopicNaming } from '../port/topic-names';
import type { Connections } from './connections';
import { inspectLog } from './inspect';

/**
 * Reads the log's identity from its row and its genesis records. Rejects with `LogNotReady` naming what is missing, contradictory
 * or other than in the given layout, with `LogOfOtherFormat`, or with `LogUnavailable`.
 */
export async function readIdentity(
  connections: Connections,
  prefix: string,
  layout: Partial<LogLayout>,
): Promise<LogIdentity> {
  const { identity, inspections } = await inspectLog(connections, { prefix, layout }).catch((error: unknown) => {
    if (error instanceof LogReplaced) throw new LogNotReady(error.message, { cause: error });
    throw error;
  });
  if (layout.partitions !== undefined && layout.partitions !== identity.partitions)
    throw new LogNotReady(`the log has ${identity.partitions} partitions a topic, not ${layout.partitions}`);
  const topics = layout.topics ?? [...new Set(inspections.map(({ topic }) => topic))];
  const { problem } = judge(inspections, { identity, topics, ...namingOf(layout) });
  if (problem === null) return identity;
  throw new LogNotReady(`${problem.reason}: run setup, which says what can be done`);
}

/** In Postgres, topics are named without their prefix, and nothing expires. */
export function namingOf(layout: TopicNaming): Pick<Expectation, 'named' | 'expires' | 'derived'> {
  return {
    named: (topic) => topicName(topic, layout),
    expires: () => false,
    ...(layout.derived && { derived: layout.derived }),
  };
}
