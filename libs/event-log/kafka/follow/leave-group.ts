import type { Broker } from 'kafkajs';

import { meansNoMember } from '../faults';
import type { Reader } from '../reader';

/** It is there at run time, though not in the types of kafkajs 2.2.4. */
interface LeavableCoordinator extends Broker {
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

/**
 * Takes a member out of a group in its name. A consumer whose coordinator is gone fails without leaving, and the coordinator
 * that comes next would have the group wait for it to the end of its session. Resolves as well when it is no member
 * any more. Rejects with a LogError.
 */
export function leaveGroup(reader: Reader, group: string, memberId: string): Promise<void> {
  return reader.use(async (cluster) => {
    const coordinator = (await cluster.findGroupCoordinator({ groupId: group })) as LeavableCoordinator;
    await coordinator.leaveGroup({ groupId: group, memberId }).catch((error: unknown) => {
      if (!meansNoMember(error)) throw error;
    });
  });
}
