import type { Socket } from 'node:net';

/**
 * Calls with each whole frame: four bytes of size, and as many bytes as they say. Apart from what the event log cuts frames
 * with, which it is there to try.
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
