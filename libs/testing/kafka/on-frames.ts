import type { Socket } from 'node:net';

/**
 * Calls `take` with each complete frame: four bytes with the size, then the content. Independent of the event log's own parser, which
 * it is used to test.
 */
export function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const end = 4 + received.readInt32BE(0);
      take(received.subarray(0, end));
      received = received.subarray(end);
    }
  });
}
