import type { Broker } from 'kafkajs';

import { meansNoMember } from '../faults';
import type { Reader } from '../reader';

/** Exists at run time, though not in the types of kafkajs 2.2.4. */
interface LeavableCoordinator extends Broker {
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

/**
 * Removes a member from a group. A consumer that loses its coordinator fails without leaving, and the next coordinator would let
 * the group wait until its session ends. Resolves also where it is no longer a member. Rejects with a LogError.
 */
export function leaveGroup(reader: Reader, group: string, memberId: string): Promise<void> {
  return reader.use(async (cluster) => {
    const coordinator = (await cluster.findGroupCoordinator({ groupId: group })) as LeavableCoordinator;
    await coordinator.leaveGroup({ groupId: group, memberId }).catch((error: unknown) => {
      if (!meansNoMember(error)) throw error;
    });
  });
}
