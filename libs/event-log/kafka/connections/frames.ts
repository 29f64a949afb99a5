/** The bytes of a frame's length, which does not count them. */
const LENGTH_BYTES = 4;
/** Every answer begins with the correlation id of its request. */
const LEAST_LENGTH = 4;
/** Several times the largest answer that is requested: the bound of a fetch, and one record batch. */
const MOST_LENGTH = 64 * 1024 * 1024;

/** Bytes that cannot be an answer of a broker: their connection must be closed. */
export class DamagedAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** Assembles the frames of Kafka's protocol: a length (int32), and as many bytes. */
export class Frames {
  private chunks: Buffer[] = [];
  private bytes = 0;
  /** Of the first frame that is not whole yet, with its length; undefined before that was read. */
  private needed: number | undefined;

  /** Whether a frame is incomplete. */
  get isHalf(): boolean {
    return this.bytes > 0;
  }

  /** Adds received bytes and returns the frames that are complete. Throws `DamagedAnswer` for an impossible length. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bytes += chunk.length;
    const whole: Buffer[] = [];
    while (this.bytes >= (this.needed ?? LENGTH_BYTES)) {
      // One copy a frame, however many pieces it came in.
      const [first] = this.chunks;
      const all = this.chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.chunks, this.bytes);
      this.needed ??= neededFor(all.readInt32BE(0));
      if (this.bytes < this.needed) {
        this.chunks = [all];
        break;
      }
      whole.push(all.subarray(0, this.needed));
      const rest = all.subarray(this.needed);
      this.chunks = rest.length > 0 ? [rest] : [];
      this.bytes = rest.length;
      this.needed = undefined;
    }
    return whole;
  }
}

function neededFor(length: number): number {
  if (length >= LEAST_LENGTH && length <= MOST_LENGTH) return LENGTH_BYTES + length;
  throw new DamagedAnswer(`an answer of ${length} bytes was announced`);
}
