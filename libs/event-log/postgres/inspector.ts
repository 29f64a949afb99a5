import { LogUnavailable } from '../port/errors';
import type { PartitionInspection } from '../guard/inspection';
import { makeConnections, type ConnectionOptions } from './connections';
import { inspectLog, type WantedLog } from './inspect';

/** Inspects a log over its own connection, for the guard. */
export interface LogInspector {
  /** With `fresh`, over a new connection. Rejects with a LogError. */
  inspect(fresh: boolean): Promise<readonly PartitionInspection[]>;
  close(): Promise<void>;
}

/** Connects on first use. */
export function makeLogInspector(options: ConnectionOptions, wanted: WantedLog): LogInspector {
  const connect = () => makeConnections(options, 'soon', 1);
  let connections = connect();
  let isClosed = false;
  return {
    async inspect(fresh) {
      if (isClosed) throw new LogUnavailable('the log is closed');
      if (fresh) {
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
