import type { Damages } from './damages';
import {
  readFetchAnswer,
  readFetchRequest,
  type AnsweredPartition,
  type AskedPartition,
  type FetchAnswer,
} from './fetches';
import { DamagedAnswer } from './frames';
import { checkRecords } from './record-batches';
import type { SentRequest } from './requests-in-flight';
import { checkLayout } from './layouts';
import { boundThrottle } from './throttle';

const FETCH = 1;
const [OLDEST, NEWEST] = [4, 11];
const NO_REPLICA = -1;
/**
 * None, an offset out of range, an unknown topic or partition, no leader, another leader, no right: the callers handle these,
 * and retry.
 */
const PASSED_ON = new Set([0, 1, 3, 5, 6, 29]);

/**
 * Converts an answer to the one that kafkajs gets: the records of a fetch are checked, which kafkajs does not do, and
 * decompressed, which it can do for gzip only. Throws `DamagedAnswer` for a damaged answer: over another connection it may
 * arrive intact.
 */
export function checkAnswer(request: SentRequest, answer: Buffer, damages: Damages): Buffer {
  boundThrottle(request, answer);
  if (request.apiKey === FETCH) return new FetchCheck(request, damages).run(answer);
  checkLayout(request, answer);
  return answer;
}

class FetchCheck {
  private readonly asked: ReadonlyMap<string, AskedPartition>;
  private readonly wrong: string[] = [];

  constructor(
    private readonly request: SentRequest,
    private readonly damages: Damages,
  ) {
    const { apiVersion, frame } = request;
    if (apiVersion < OLDEST || apiVersion > NEWEST) throw new DamagedAnswer(`a fetch of version ${apiVersion}`);
    this.asked = readFetchRequest(frame, apiVersion);
  }

  run(answer: Buffer): Buffer {
    const { partitions } = this.takenApart(answer);
    const pieces: Buffer[] = [];
    let copied = 0;
    for (const partition of partitions) {
      const given = answer.subarray(partition.recordsAt + 4, partition.recordsEnd);
      const records = this.checked(partition, given);
      if (records === given) continue;
      pieces.push(answer.subarray(copied, partition.recordsAt), int32(records.length), records);
      copied = partition.recordsEnd;
    }
    if (this.wrong.length > 0) throw new DamagedAnswer(this.wrong.join('; '));
    if (copied === 0) return answer;
    const changed = Buffer.concat([...pieces, answer.subarray(copied)]);
    changed.writeInt32BE(changed.length - 4, 0);
    return changed;
  }

  /** A malformed answer is discarded as a whole, and everything is requested again. */
  private takenApart(answer: Buffer): FetchAnswer {
    try {
      const found = readFetchAnswer(answer, this.request.apiVersion);
      this.refuseOthers(found);
      return found;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      for (const one of this.asked.values()) this.damages.note({ ...one, reason });
      throw new DamagedAnswer(`the answer to a fetch is malformed: ${reason}`);
    }
  }

  /** Throws unless it answers all requested partitions once, or none (as a broker that throttles does). */
  private refuseOthers({ error, partitions }: FetchAnswer): void {
    const keys = partitions.map(({ key }) => key);
    const other = keys.find((key) => !this.asked.has(key));
    if (other !== undefined) throw new RangeError(`it is of ${other}, which was not requested`);
    if (new Set(keys).size !== keys.length) throw new RangeError('it has a partition twice');
    if (keys.length > 0 && keys.length !== this.asked.size) throw new RangeError('it lacks a partition');
    if (keys.length > 0 && error !== 0) throw new RangeError(`it has records with error ${error}`);
  }

  /** The intact records of a partition. Records their damage. */
  private checked(partition: AnsweredPartition, given: Buffer): Buffer {
    const asked = this.asked.get(partition.key);
    if (asked === undefined) return given;
    const said = claimOf(partition, given.length > 0);
    if (given.length > 0) return this.checkedRecords(asked, partition, given, said);
    if (said !== undefined) this.isBelieved(asked, said);
    else if (partition.ends.includes(asked.position)) this.damages.endsAt(asked);
    return given;
  }

  private checkedRecords(
    asked: AskedPartition,
    { key, ends }: AnsweredPartition,
    given: Buffer,
    said?: string,
  ): Buffer {
    const { topic, position } = asked;
    const isBoundary = this.damages.isBoundary(asked);
    const { records, to, damage, claim } = checkRecords({ records: given, position, isBoundary, ends });
    const claims = [claim, said].filter((one) => one !== undefined);
    if (claims.length > 0 && !this.isBelieved(asked, claims.join(', '))) return given;
    this.damages.clear(topic, asked.partition, position, to);
    if (damage === undefined) return records;
    const times = this.damages.note({ ...asked, position: to, reason: damage });
    // The batches before it are delivered, once a retry is known not to help.
    if (times === 1 || to === position) this.wrong.push(`${key} from ${to} on: ${damage}`);
    return records;
  }

  private isBelieved(asked: AskedPartition, reason: string): boolean {
    const damage = { ...asked, reason };
    if (this.damages.wasReported(damage)) return true;
    this.damages.note(damage);
    this.wrong.push(`${asked.topic}/${asked.partition} from ${asked.position} on: ${reason}`);
    return false;
  }
}

/**
 * What no correct broker answers: an error beside records, an unexpected error, or a replica to read from, as no reader sends
 * its rack. kafkajs would fail, or fetch from that replica for minutes.
 */
function claimOf({ error, preferredReplica }: AnsweredPartition, hasRecords: boolean): string | undefined {
  if (hasRecords ? error !== 0 : !PASSED_ON.has(error)) return `error ${error}${hasRecords ? ' with records' : ''}`;
  return preferredReplica === NO_REPLICA ? undefined : `a replica to be read from, ${preferredReplica}`;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
