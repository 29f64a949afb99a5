import { LogUnavailable } from '../port/errors';
import type { PartitionInspection } from '../guard/inspection';
import { makeConnections, type ConnectionOptions } from './connections';
import { inspectLog, type WantedLog } from './inspect';

/** Looks at a log over a connection of its own, for its guard. */
export interface LogInspector {
  /** `anew`: over a connection that is made for it. Rejects with a LogError. */
  inspect(anew: boolean): Promise<readonly PartitionInspection[]>;
  close(): Promise<void>;
}

/** Connects when it is used. */
export function makeLogInspector(options: ConnectionOptions, wanted: WantedLog): LogInspector {
  const connect = () => makeConnections(options, 'soon', 1);
  let connections = connect();
  let isClosed = false;
  return {
    async inspect(anew) {
      if (isClosed) throw new LogUnavailable('the log is closed');
      if (anew) {
        void connections.close().catch(() => undefined);
        connections = connect();
      }
      return (await inspectLog(connections, wanted)).inspections;
    },
    async close() {
      isClosed = true;
      await connections.close();
    },
  };
}
