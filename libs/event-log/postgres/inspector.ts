import { LogUnavailable } from '../port/errors';
import type { Place } from '../guard/inspection';
import { makeConnections, type ConnectionOptions } from './connections';
import { lookAt, type WantedLog } from './inspect';

/** Looks at a log over a connection of its own, for its guard. */
export interface Looker {
  /** `anew`: over a connection that is made for it. Rejects with a LogError. */
  look(anew: boolean): Promise<readonly Place[]>;
  close(): Promise<void>;
}

/** Connects when it is used. */
export function makeLooker(options: ConnectionOptions, wanted: WantedLog): Looker {
  const connect = () => makeConnections(options, 'soon', 1);
  let connections = connect();
  let isClosed = false;
  return {
    async look(anew) {
      if (isClosed) throw new LogUnavailable('the log is closed');
      if (anew) {
        void connections.close().catch(() => undefined);
        connections = connect();
      }
      return (await lookAt(connections, wanted)).places;
    },
    async close() {
      isClosed = true;
      await connections.close();
    },
  };
}
