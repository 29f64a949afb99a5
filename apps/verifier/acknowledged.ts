import type { LogIdentity } from '@mps-ledger/event-log';
import { receiptCheck, TOPICS, type Receipt } from '@mps-ledger/records';
import { readJournal, type AcknowledgedSend } from './inputs/journal';
import type { Check } from './report/findings';

/** The acknowledged sends of one partition, in the order of their offsets, to be compared with its raw records in order. */
export interface SendsOfPartition {
  /** The record at an offset has this digest and this id; every send before it that was not met is missing. */
  meet(offset: number, sha256: string, notificationId: string): Promise<void>;
  /** There are no more records. */
  end(): Promise<void>;
}

/** Bytes of a digest, and of a receipt's check. */
const DIGEST = 32;
const CHECK = 3;
const KEPT = DIGEST + CHECK;

/** What is kept of a send: some 60 bytes. */
class Sends {
  private readonly offsets: number[] = [];
  private readonly seqs: number[] = [];
  private readonly files: string[] = [];
  private digests = Buffer.alloc(32 * KEPT);

  add({ file, seq, sha256 }: AcknowledgedSend, { offset, check }: Receipt): void {
    const at = this.offsets.length * KEPT;
    if (at === this.digests.length) this.digests = Buffer.concat([this.digests, Buffer.alloc(at)]);
    this.digests.write(sha256 + check, at, 'hex');
    this.offsets.push(offset);
    this.seqs.push(seq);
    this.files.push(file);
  }

  /** Numbers of the sends by rising offset. */
  inOrder(): Uint32Array {
    return Uint32Array.from(this.offsets.keys()).sort((a, b) => (this.offsets[a] ?? 0) - (this.offsets[b] ?? 0));
  }

  at(number: number) {
    const at = number * KEPT;
    const sha256 = this.digests.toString('hex', at, at + DIGEST);
    const check = this.digests.toString('hex', at + DIGEST, at + KEPT);
    const file = this.files[number] ?? '';
    return { offset: this.offsets[number] ?? 0, seq: this.seqs[number] ?? 0, file, sha256, check };
  }
}

/** Sends whose way gives no receipts: each is on the raw log anywhere, as often as it was sent. */
class UnplacedSends {
  private readonly left = new Map<string, AcknowledgedSend[]>();

  add(send: AcknowledgedSend): void {
    const same = this.left.get(send.sha256);
    if (same === undefined) this.left.set(send.sha256, [send]);
    else same.push(send);
  }

  meet(sha256: string): void {
    const same = this.left.get(sha256);
    same?.pop();
    if (same?.length === 0) this.left.delete(sha256);
  }

  async end(check: Check): Promise<void> {
    const what = 'the send was acknowledged by its queue, and no raw record has its bytes';
    for (const { file, seq, sha256 } of [...this.left.values()].flat())
      await check.differs(() => ({ what, where: { file, seq }, expected: { sha256 } }));
  }
}

/** The acknowledged sends of journals. */
export interface AcknowledgedSends {
  of(partition: number): SendsOfPartition;
  /** All partitions were compared. */
  end(): Promise<void>;
}

/** Reads journals; what cannot be on this log is a difference at once. */
export async function loadSends(
  files: readonly string[],
  identity: LogIdentity,
  check: Check,
): Promise<AcknowledgedSends> {
  const unplaced = new UnplacedSends();
  const partitions = Array.from({ length: identity.partitions }, () => new Sends());
  for (const file of files) {
    for await (const send of readJournal(file)) {
      check.saw();
      const { receipt, receiptText, seq } = send;
      if (send.isUnplaced) {
        unplaced.add(send);
        continue;
      }
      const wrong = wrongReceipt(receipt, identity);
      if (wrong === null) partitions[receipt?.partition ?? 0]?.add(send, receipt as Receipt);
      else await check.differs(() => ({ what: wrong, where: { file, seq, receipt: receiptText ?? '' } }));
    }
  }
  return {
    of(partition) {
      const sends = compared(partitions[partition] ?? new Sends(), partition, check);
      return {
        meet(offset, sha256, notificationId) {
          unplaced.meet(sha256);
          return sends.meet(offset, sha256, notificationId);
        },
        end: () => sends.end(),
      };
    },
    end: () => unplaced.end(check),
  };
}

function wrongReceipt(receipt: Receipt | null, { logId, logGeneration, partitions }: LogIdentity): string | null {
  if (receipt === null) return 'the send was acknowledged without a receipt';
  if (receipt.logId !== logId) return `the receipt is of log ${receipt.logId}, this one is ${logId}`;
  if (receipt.logGeneration !== logGeneration)
    return `the receipt is of log generation ${receipt.logGeneration}, the log is of generation ${logGeneration}`;
  if (receipt.partition >= partitions)
    return `the receipt is of partition ${receipt.partition}, there are ${partitions}`;
  return null;
}

function compared(sends: Sends, partition: number, check: Check): SendsOfPartition {
  const order = sends.inOrder();
  let next = 0;
  let met = -1;
  const missingBelow = async (offset: number): Promise<void> => {
    for (; next < order.length; next += 1) {
      const send = sends.at(order[next] ?? 0);
      if (send.offset >= offset) return;
      const again = send.offset === met;
      const what = again
        ? 'the receipt was given for another send, too'
        : 'the send was acknowledged, and no raw record is at its receipt';
      await check.differs(() => ({ what, where: whereOf(send, partition), expected: { sha256: send.sha256 } }));
    }
  };
  return {
    async meet(offset, sha256, notificationId) {
      await missingBelow(offset);
      const send = next < order.length ? sends.at(order[next] ?? 0) : undefined;
      if (send?.offset !== offset) return;
      next += 1;
      met = offset;
      const got = receiptCheck(notificationId);
      const where = whereOf(send, partition);
      if (send.check !== got) {
        const what = 'the raw record is of another notification than its receipt was given for';
        await check.differs(() => ({ what, where, expected: { check: send.check }, got: { check: got } }));
      } else if (send.sha256 !== sha256) {
        const what = 'the raw record has other bytes than were sent';
        await check.differs(() => ({ what, where, expected: { sha256: send.sha256 }, got: { sha256 } }));
      }
    },
    end: () => missingBelow(Number.POSITIVE_INFINITY),
  };
}

function whereOf({ offset, file, seq }: ReturnType<Sends['at']>, partition: number) {
  return { topic: TOPICS.raw, partition, offset, file, seq };
}
