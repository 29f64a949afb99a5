import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The TCP connections that this process opened as a client since the watch began; those of other specs before it do not count. */
export interface ConnectionWatch {
  /** All, open or not. */
  opened(): number;
  open(): number;
  stop(): void;
}

export function watchConnections(): ConnectionWatch {
  const sockets: Socket[] = [];
  const note = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  return {
    opened: () => sockets.length,
    open: () => sockets.filter((socket) => !socket.destroyed).length,
    stop: () => void unsubscribe('net.client.socket', note),
  };
}
