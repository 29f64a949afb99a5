import { connect } from 'node:net';

const METADATA = 3;
const ASK_TIMEOUT_MS = 2_000;

/** What a broker says of its cluster. */
export interface ClusterSeen {
  /** Node ids of the brokers that are registered and alive. */
  readonly brokers: readonly number[];
  /** The node that changes of the cluster are asked of; -1: none yet. */
  readonly controller: number;
}

/**
 * Asks a broker for its cluster's metadata by Kafka's own protocol (Metadata, version 1, of no topic), over a connection
 * of its own. Rejects when there is no answer within two seconds.
 */
export async function askBroker(port: number): Promise<ClusterSeen> {
  return readMetadata(await exchange(port, metadataRequest()));
}

function metadataRequest(): Buffer {
  const clientId = 'ask-broker';
  const body = Buffer.alloc(10 + clientId.length + 4);
  body.writeInt16BE(METADATA, 0);
  body.writeInt16BE(1, 2);
  body.writeInt32BE(1, 4);
  body.writeInt16BE(clientId.length, 8);
  body.write(clientId, 10, 'latin1');
  body.writeInt32BE(0, 10 + clientId.length);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

/** Sends one request and answers the body of its response, without size and correlation id. */
function exchange(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let received = Buffer.alloc(0);
    const end = (error?: Error): void => {
      socket.destroy();
      if (error === undefined) resolve(received.subarray(8));
      else reject(error);
    };
    socket.setTimeout(ASK_TIMEOUT_MS, () => end(new Error(`no answer from port ${port}`)));
    socket.once('error', end);
    socket.once('close', () => end(new Error(`port ${port} closed the connection`)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) end();
    });
  });
}

function readMetadata(body: Buffer): ClusterSeen {
  let at = 4;
  const brokers: number[] = [];
  for (let left = body.readInt32BE(0); left > 0; left -= 1) {
    brokers.push(body.readInt32BE(at));
    at += 4;
    at += 2 + body.readInt16BE(at) + 4;
    at += 2 + Math.max(0, body.readInt16BE(at));
  }
  return { brokers, controller: body.readInt32BE(at) };
}
