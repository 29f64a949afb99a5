import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { kafkaBytes } from '@mps-ledger/spec-kit';

import { onFrames } from './on-frames';

/**
 * Stub brokers: the part of Kafka's protocol that a client needs to find leaders and to append, in the versions that kafkajs and
 * Kafka 4 negotiate. A spec decides exactly when a fault happens.
 */
export interface StubCluster {
  /** `host:port` of each broker; node ids start at 1. */
  readonly brokers: readonly string[];
  /** Number of records that a partition accepted. */
  taken(partition: number): number;
  /** Moves the leader of a partition. The next append to it is rejected after an append to another partition was answered. */
  moveLeader(partition: number, toNode: number): void;
  /** A node stops answering appends, and another node becomes the leader of its partitions. */
  freeze(node: number, successor: number): void;
  /** The response to the next append omits the partition, and the append is not accepted. */
  forget(): void;
  close(): Promise<void>;
}

const PRODUCE = 0;
const METADATA = 3;
const API_VERSIONS = 18;
const VERSIONS = [
  [PRODUCE, 7],
  [METADATA, 6],
  [API_VERSIONS, 2],
] as const;
const NO_ERROR = 0;
const NOT_LEADER_OR_FOLLOWER = 6;

const { frame, int16, int32, int64, list, text } = kafkaBytes;
const NO_TEXT = int16(-1);

/**
 * Starts a cluster with one topic.
 *
 * @param leaders the leader node of each partition
 * @param host the address that all brokers listen on and advertise
 */
export async function startStubCluster(
  topic: string,
  leaders: readonly number[],
  host = '127.0.0.1',
): Promise<StubCluster> {
  const cluster = new Cluster(topic, [...leaders], host);
  const servers = await Promise.all(
    Array.from({ length: Math.max(...leaders) }, (_, index) => cluster.listen(index + 1)),
  );
  return {
    brokers: servers.map((server) => `${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`),
    taken: (partition) => cluster.taken[partition] ?? 0,
    moveLeader: (partition, toNode) => void cluster.moves.set(partition, toNode),
    freeze: (node, successor) => cluster.freeze(node, successor),
    forget: () => void (cluster.forgets = true),
    async close() {
      for (const socket of cluster.sockets) socket.destroy();
      await Promise.all(servers.map((server) => once(server.close(), 'close')));
    },
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** An append request for one partition. */
interface Asked {
  readonly partition: number;
  readonly records: number;
}

class Cluster {
  readonly sockets = new Set<Socket>();
  readonly taken: number[];
  readonly moves = new Map<number, number>();
  forgets = false;
  private readonly frozen = new Set<number>();
  private readonly ports: number[] = [];
  private tell: () => void = () => undefined;
  /** Resolves when an append was accepted and answered. */
  private readonly answered = new Promise<void>((resolve) => (this.tell = resolve));

  constructor(
    private readonly topic: string,
    private readonly leaders: number[],
    private readonly host: string,
  ) {
    this.taken = leaders.map(() => 0);
  }

  async listen(node: number): Promise<Server> {
    const server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.sockets.delete(socket));
      onFrames(socket, (request) => void this.serve(node, socket, request));
    });
    await once(server.listen(0, this.host), 'listening');
    this.ports[node - 1] = portOf(server);
    return server;
  }

  freeze(node: number, successor: number): void {
    this.frozen.add(node);
    this.leaders.forEach((leader, partition) => {
      if (leader === node) this.leaders[partition] = successor;
    });
  }

  private async serve(node: number, socket: Socket, request: Buffer): Promise<void> {
    const correlation = request.subarray(8, 12);
    const asked = request.readInt16BE(4) === PRODUCE ? askedOf(request, this.topic) : undefined;
    if (asked !== undefined && this.frozen.has(node)) return;
    if (asked?.some(({ partition }) => this.moves.has(partition)) === true) {
      for (const { partition } of asked) this.leaders[partition] = this.moves.get(partition) ?? node;
      for (const { partition } of asked) this.moves.delete(partition);
      await this.answered;
    }
    const body = asked === undefined ? this.described(request.readInt16BE(4)) : this.append(node, asked);
    socket.write(frame(Buffer.concat([correlation, body])), () => {
      if (asked?.some(({ partition }) => this.leaders[partition] === node) === true) this.tell();
    });
  }

  private described(api: number): Buffer {
    if (api === METADATA) return this.metadata();
    const versions = list(VERSIONS.map(([key, version]) => Buffer.concat([int16(key), int16(0), int16(version)])));
    return Buffer.concat([int16(NO_ERROR), versions, int32(0)]);
  }

  private metadata(): Buffer {
    const nodes = this.ports.map((port, index) =>
      Buffer.concat([int32(index + 1), text(this.host), int32(port), NO_TEXT]),
    );
    const partitions = this.leaders.map((leader, partition) =>
      Buffer.concat([int16(NO_ERROR), int32(partition), int32(leader), list([int32(1)]), list([int32(1)]), list([])]),
    );
    const topic = Buffer.concat([int16(NO_ERROR), text(this.topic), Buffer.from([0]), list(partitions)]);
    return Buffer.concat([int32(0), list(nodes), NO_TEXT, int32(1), list([topic])]);
  }

  private append(node: number, asked: readonly Asked[]): Buffer {
    if (this.forgets) {
      this.forgets = false;
      return Buffer.concat([list([]), int32(0)]);
    }
    const partitions = asked.map(({ partition, records }) => {
      const base = this.taken[partition] ?? 0;
      const isLeader = this.leaders[partition] === node;
      if (isLeader) this.taken[partition] = base + records;
      const said = isLeader ? [int16(NO_ERROR), int64(base)] : [int16(NOT_LEADER_OR_FOLLOWER), int64(-1)];
      return Buffer.concat([int32(partition), ...said, int64(Date.now()), int64(0)]);
    });
    return Buffer.concat([list([Buffer.concat([text(this.topic), list(partitions)])]), int32(0)]);
  }
}

/** Offset of the record count in a record batch. */
const RECORDS_AT = 57;

/** Parses an append to one topic: client id and transactional id, acks and timeout, then partitions with their batches. */
function askedOf(request: Buffer, topic: string): Asked[] {
  let at = 12;
  for (let texts = 2; texts > 0; texts -= 1) at += 2 + Math.max(0, request.readInt16BE(at));
  at += 2 + 4 + 4 + 2 + topic.length;
  const asked: Asked[] = [];
  const count = request.readInt32BE(at);
  at += 4;
  while (asked.length < count) {
    asked.push({ partition: request.readInt32BE(at), records: request.readInt32BE(at + 8 + RECORDS_AT) });
    at += 8 + request.readInt32BE(at + 4);
  }
  return asked;
}
