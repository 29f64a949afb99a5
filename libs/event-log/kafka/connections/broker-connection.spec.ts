import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { eventually } from '@mps-ledger/spec-kit';

import { BrokerConnection } from './broker-connection';

const FETCH = 1;
const JOIN_GROUP = 11;

/** A request with a header and nothing else. */
function requestOf(correlation: number, apiKey = FETCH): Buffer {
  const frame = Buffer.alloc(14);
  frame.writeInt32BE(10, 0);
  frame.writeInt16BE(apiKey, 4);
  frame.writeInt32BE(correlation, 8);
  return frame;
}

function answerTo(correlation: number): Buffer {
  const frame = Buffer.alloc(20, correlation);
  frame.writeInt32BE(16, 0);
  frame.writeInt32BE(correlation, 4);
  return frame;
}

let server: Server;
/** The broker’s side of the connection that was opened last. */
let broker: Socket | undefined;

interface Opened {
  readonly connection: BrokerConnection;
  /** All that kafkajs would see, in order. */
  readonly seen: (Buffer | string)[];
  readonly ended: (Error | undefined)[];
}

async function open(maxUnansweredMs = 60_000, check = (_: unknown, answer: Buffer): Buffer => answer): Promise<Opened> {
  const accepted = once(server, 'connection');
  const seen: Opened['seen'] = [];
  const ended: Opened['ended'] = [];
  const { port } = server.address() as AddressInfo;
  const onOpened = jest.fn();
  const connection = new BrokerConnection({
    ...{ socket: connect(port, '127.0.0.1'), openedBy: 'connect', maxUnansweredMs, check },
    onOpened,
    onEnded: (reason) => ended.push(reason),
  });
  connection.on('data', (frame: Buffer) => seen.push(frame));
  for (const event of ['end', 'error']) connection.on(event, () => seen.push(event));
  broker = ((await accepted) as [Socket])[0].on('error', () => undefined);
  await eventually(() => onOpened.mock.calls.length > 0);
  return { connection, seen, ended };
}

describe('a connection to a broker', () => {
  beforeAll(async () => {
    server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void server.close());
  afterEach(() => void broker?.destroy());

  const answers = Buffer.concat([answerTo(1), answerTo(2)]);
  it.each(['resetAndDestroy', 'end'] as const)('hands over whole answers only, wherever %s cuts it', async (how) => {
    for (let cut = 0; cut < answers.length; cut += 1) {
      const { connection, seen, ended } = await open();
      connection.write(requestOf(1));
      connection.write(requestOf(2));
      await new Promise((resolve) => broker!.write(answers.subarray(0, cut), resolve));
      broker![how]();
      await eventually(() => ended.length > 0);
      const whole = [answerTo(1), answerTo(2)].slice(0, Math.floor(cut / 20));
      expect(seen).toEqual([...whole, 'end', 'error']);
      expect(ended).toEqual([expect.objectContaining({ message: expect.stringMatching(/ECONNRESET|broker closed/) })]);
    }
  });

  it.each<[string, Buffer]>([
    ['a length that none has', Buffer.alloc(20, 0xff)],
    ['the answer to another request', answerTo(7)],
  ])('is over with %s', async (_, answer) => {
    const { connection, seen, ended } = await open();
    connection.write(requestOf(1));
    broker!.write(answer);
    await eventually(() => ended.length > 0);
    expect(seen).toEqual(['end', 'error']);
    expect(ended).toEqual([expect.objectContaining({ name: 'DamagedAnswer' })]);
    expect(connection.write(requestOf(2))).toBe(false);
  });

  it('is closed by a malformed answer, which kafkajs does not get', async () => {
    const { connection, seen, ended } = await open(60_000, () => {
      throw new RangeError('not this one');
    });
    connection.write(requestOf(1));
    broker!.write(answerTo(1));
    await eventually(() => ended.length > 0);
    expect(seen).toEqual(['end', 'error']);
  });

  it('is given up when an answer does not come, not while a group is being joined', async () => {
    const joining = await open(50);
    joining.connection.write(requestOf(1, JOIN_GROUP));
    const fetching = await open(50);
    fetching.connection.write(requestOf(1));
    await eventually(() => fetching.ended.length > 0);
    expect(fetching.seen).toEqual(['end', 'error']);
    expect(joining.ended).toEqual([]);
    joining.connection.end();
  });

  it('is closed within seconds when an answer stops in the middle, as one with a damaged length', async () => {
    const { connection, seen, ended } = await open();
    connection.write(requestOf(1));
    broker!.write(answerTo(1).subarray(0, 19));
    await eventually(() => ended.length > 0, { timeoutMs: 20_000 });
    expect(seen).toEqual(['end', 'error']);
    expect(ended).toEqual([expect.objectContaining({ message: 'an answer that does not continue' })]);
  });

  it('ends without a word when it is closed here', async () => {
    const { connection, seen, ended } = await open();
    connection.end();
    await once(broker!.resume(), 'close');
    expect(seen).toEqual([]);
    expect(ended).toEqual([undefined]);
  });

  it('that cannot be opened fails, and has not ended', async () => {
    const refusing = createServer();
    await once(refusing.listen(0, '127.0.0.1'), 'listening');
    const { port } = refusing.address() as AddressInfo;
    await once(refusing.close(), 'close');
    const onEnded = jest.fn();
    const connection = new BrokerConnection({
      ...{ socket: connect(port, '127.0.0.1'), openedBy: 'connect', maxUnansweredMs: 60_000, onEnded },
      ...{ onOpened: () => undefined, check: (_, answer) => answer },
    });
    const [error] = (await once(connection, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    expect(onEnded).not.toHaveBeenCalled();
  });
});
