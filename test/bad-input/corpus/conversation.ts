import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectSecurely } from 'node:tls';
import { readAnswers, type HttpAnswers } from './http-answers';

/** A step of a conversation, down to its bytes. */
export type Deed =
  | { readonly kind: 'say'; readonly bytes: Buffer }
  | { readonly kind: 'drip'; readonly bytes: Buffer; readonly everyMs: number }
  | { readonly kind: 'hear'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'reset' };

export interface Conversed extends HttpAnswers {
  /** Milliseconds from the start until the other side ended the connection; null where it did not. */
  readonly closedAfterMs: number | null;
}

/** Nothing takes longer: the other side has given up long before. */
const LONGEST_MS = 120_000;

/** Does the deeds on a connection of its own, then listens until the other side ends it, or `LONGEST_MS` are over. */
export async function converse(
  url: URL,
  deeds: readonly Deed[],
  onSaid: () => void = () => undefined,
): Promise<Conversed> {
  const began = performance.now();
  const line = await open(url);
  for (const deed of deeds) {
    if (line.isOver()) break;
    await act(line, deed);
  }
  onSaid();
  const closed = deeds.some(({ kind }) => kind === 'reset') ? true : await line.ended(LONGEST_MS);
  const closedAfterMs = closed ? performance.now() - began : null;
  line.socket.destroy();
  return { ...readAnswers(line.heard()), closedAfterMs };
}

async function act(line: Line, deed: Deed): Promise<void> {
  switch (deed.kind) {
    case 'say':
      return line.say(deed.bytes);
    case 'drip':
      for (let at = 0; at < deed.bytes.length && !line.isOver(); at += 1) {
        await line.say(deed.bytes.subarray(at, at + 1));
        await Promise.race([pause(deed.everyMs), line.over]);
      }
      return;
    case 'hear':
      return line.until(deed.text, LONGEST_MS);
    case 'end':
      line.socket.end();
      return;
    case 'reset':
      line.socket.resetAndDestroy();
      return;
  }
  return deed satisfies never;
}

interface Line {
  readonly socket: Socket;
  heard(): Buffer;
  isOver(): boolean;
  readonly over: Promise<void>;
  /** Resolves when the bytes have left, or the connection is over. */
  say(bytes: Buffer): Promise<void>;
  until(text: string, withinMs: number): Promise<void>;
  ended(withinMs: number): Promise<boolean>;
}

async function open(url: URL): Promise<Line> {
  const socket = socketTo(url);
  const chunks: Buffer[] = [];
  let told = (): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    told();
  });
  const state = { over: false };
  const over = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) socket.on(event, () => resolve());
  }).then(() => void (state.over = true));
  const connected = new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)));
  if (!(await Promise.race([connected, over.then(() => false)]))) throw new Error(`no connection to ${url.host}`);
  const hears = (text: string): Promise<void> =>
    new Promise((resolve) => {
      told = () => {
        if (Buffer.concat(chunks).includes(text)) resolve();
      };
      told();
    });
  const later = (ms: number): Promise<boolean> => pause(ms, false, { ref: false });
  return {
    socket,
    over,
    heard: () => Buffer.concat(chunks),
    isOver: () => state.over,
    say: (bytes) => Promise.race([new Promise<void>((resolve) => socket.write(bytes, () => resolve())), over]),
    until: async (text, withinMs) => void (await Promise.race([hears(text), over, later(withinMs)])),
    ended: (withinMs) => Promise.race([over.then(() => true), later(withinMs)]),
  };
}

function socketTo({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = protocol === 'https:';
  const options = { host, port: Number(port || (secure ? 443 : 80)), allowHalfOpen: true };
  return secure ? connectSecurely({ ...options, servername: host }) : connectPlain(options);
}
