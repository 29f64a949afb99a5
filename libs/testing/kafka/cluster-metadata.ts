import { connect } from 'node:net';

import { kafkaBytes } from '../../spec-kit';

import { onFrames } from './on-frames';

const { frame, int16, int32, list, text } = kafkaBytes;

const METADATA = 3;
const ASK_TIMEOUT_MS = 2_000;

/** The metadata of a cluster, as one broker reports it. */
export interface ClusterMetadata {
  /** Node ids of the registered brokers that are alive. */
  readonly brokers: readonly number[];
  /** Node id of the controller; -1 if there is none yet. */
  readonly controller: number;
}

/**
 * Reads the metadata of a broker's cluster by Kafka's protocol (Metadata, version 1, without topics), over a separate connection.
 * Rejects if there is no answer within two seconds.
 */
export async function fetchClusterMetadata(port: number): Promise<ClusterMetadata> {
  return readMetadata(await exchange(port, metadataRequest()));
}

function metadataRequest(): Buffer {
  const header = [int16(METADATA), int16(1), int32(1), text('ask-broker')];
  return frame(Buffer.concat([...header, list([])]));
}

/** Sends one request and returns the body of the response, without size and correlation id. */
function exchange(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const end = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(ASK_TIMEOUT_MS, () => end(new Error(`no answer from port ${port}`)));
    socket.once('error', end);
    socket.once('close', () => end(new Error(`port ${port} closed the connection`)));
    onFrames(socket, (answer) => {
      socket.destroy();
      resolve(answer.subarray(8));
    });
  });
}

function readMetadata(body: Buffer): ClusterMetadata {
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
