import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { eventually } from '@mps-ledger/spec-kit';
import { makeBodyReader } from './body-reader';

const LIMITS = { bodyBytes: 100, digestBytes: 300, prefixBytes: 10, heldBytes: 250 };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const body = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const open = (): Readable => new Readable({ read: () => undefined });

describe('a body', () => {
  it('is the exact bytes, in however many chunks they come', async () => {
    const bodies = makeBodyReader(LIMITS);
    expect(await bodies.read(body('ab', 'c'), true)).toEqual({ kind: 'whole', bytes: Buffer.from('abc') });
    expect(await bodies.read(body('a'.repeat(100)), true)).toMatchObject({ kind: 'whole' });
    expect(await bodies.read(body(), true)).toEqual({ kind: 'whole', bytes: Buffer.alloc(0) });
    expect(bodies.heldBytes()).toBe(0);
  });

  it('that is larger than allowed is digested to its end, and only its beginning is kept', async () => {
    const bodies = makeBodyReader(LIMITS);
    const text = 'x'.repeat(300);
    const chunks = [text.slice(0, 90), text.slice(90, 200), text.slice(200)];
    expect(await bodies.read(body(...chunks), true)).toEqual({
      kind: 'oversize',
      allowed: 100,
      size: 300,
      truncated: false,
      digest: sha256(text),
      prefix: Buffer.from('x'.repeat(10)),
    });
    expect(bodies.heldBytes()).toBe(0);
  });

  it('that is larger still is digested up to a bound, and the rest is read and dropped', async () => {
    const bodies = makeBodyReader(LIMITS);
    const stream = body(...Array.from({ length: 50 }, () => 'y'.repeat(20)));
    expect(await bodies.read(stream, true)).toMatchObject({
      ...{ kind: 'oversize', size: 300, truncated: true, digest: sha256('y'.repeat(300)) },
    });
    await eventually(() => stream.readableEnded);
    expect(bodies.heldBytes()).toBe(0);
  });

  it('that is larger than allowed is known at the first byte too many where no digest is wanted', async () => {
    const bodies = makeBodyReader(LIMITS);
    const stream = open();
    const answer = bodies.read(stream, false);
    stream.push(Buffer.alloc(101));
    expect(await answer).toMatchObject({ kind: 'oversize', truncated: true });
    expect(bodies.heldBytes()).toBe(0);
  });

  it('holds no more than the beginning of one that is too large', () => {
    const bodies = makeBodyReader(LIMITS);
    const stream = open();
    void bodies.read(stream, true);
    stream.emit('data', Buffer.alloc(90));
    expect(bodies.heldBytes()).toBe(90);
    stream.emit('data', Buffer.alloc(90));
    expect(bodies.heldBytes()).toBe(10);
  });

  it('finds no room while others hold too much, and finds it again when they are done', async () => {
    const bodies = makeBodyReader(LIMITS);
    const others = [open(), open()];
    const waiting = others.map((stream) => bodies.read(stream, true));
    for (const stream of others) stream.emit('data', Buffer.alloc(90));
    expect(await bodies.read(body('z'.repeat(80)), true)).toEqual({ kind: 'no-room' });
    for (const stream of others) stream.emit('end');
    await Promise.all(waiting);
    expect(bodies.heldBytes()).toBe(0);
    expect(await bodies.read(body('z'.repeat(80)), true)).toMatchObject({ kind: 'whole' });
  });

  it('that ends too early is aborted, and nothing of it is held', async () => {
    const bodies = makeBodyReader(LIMITS);
    const stream = open();
    const answer = bodies.read(stream, true);
    stream.push(Buffer.alloc(50));
    stream.destroy(new Error('connection lost'));
    expect(await answer).toEqual({ kind: 'aborted' });
    expect(bodies.heldBytes()).toBe(0);
  });
});
