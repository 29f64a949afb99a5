import { parseReceipt, type Receipt } from '@mps-ledger/records';
import { readObjects, wrongLine, type Line } from './ndjson';

/** What a sender was answered with 200. */
export interface AcknowledgedSend {
  readonly file: string;
  readonly seq: number;
  /** SHA-256 (hex) of the bytes sent. */
  readonly sha256: string;
  /** Null where the answer had none. */
  readonly receipt: Receipt | null;
  readonly receiptText: string | null;
  /** Whether it went by a way that gives no receipts, as the journal says. */
  readonly isUnplaced: boolean;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** The acknowledged sends of a journal, as a stream. @throws UsageError */
export async function* readJournal(file: string): AsyncGenerator<AcknowledgedSend> {
  const seen = new Set<number>();
  for await (const line of readObjects(file)) {
    const send = sendOf(line);
    if (seen.has(send.seq)) throw wrongLine(line, `has the seq ${send.seq} again; each send has one of its own.`);
    seen.add(send.seq);
    if (send.status === 200) yield send;
  }
}

function sendOf(line: Line): AcknowledgedSend & { readonly status: number | null } {
  const { seq, sha256, status, receipt, via } = line.value;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1)
    throw wrongLine(line, `has no seq; it must be a whole number from 1, such as "seq":17.`);
  if (typeof sha256 !== 'string' || !SHA256.test(sha256))
    throw wrongLine(line, 'has no sha256; it must be the 64 hex digits of the body’s SHA-256.');
  if (status !== null && (typeof status !== 'number' || !Number.isInteger(status)))
    throw wrongLine(line, 'has no status; it must be the number of the HTTP answer, or null where there was none.');
  if (receipt !== null && typeof receipt !== 'string')
    throw wrongLine(line, 'has no receipt; it must be a receipt such as "r1.abcdefghijkl.1.3.42.ba7816", or null.');
  const parsed = receipt === null ? null : parseReceipt(receipt);
  if (receipt !== null && parsed === null)
    throw wrongLine(
      line,
      `has the receipt ${JSON.stringify(receipt.slice(0, 80))}, which is none; one looks like r1.abcdefghijkl.1.3.42.ba7816.`,
    );
  const isUnplaced = receipt === null && typeof via === 'string';
  return { file: line.file, seq, sha256, status, receipt: parsed, receiptText: receipt, isUnplaced };
}
