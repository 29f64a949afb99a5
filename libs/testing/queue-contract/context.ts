import { isGenesis, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { openContractLog, type ContractLog } from './contract-log';
import { gatedLog, type GatedLog } from './gated-log';
import type { LogLine, QueueIngest, QueueService, QueueSourceUnderTest, QueueUnderTest } from './tested-kind';

/** What each part of the suite works with: an empty log and a service of queues for each test. */
export interface QueueContractContext {
  readonly kind: QueueSourceUnderTest;
  gate(): GatedLog;
  /** Takes the log away, and brings it back. */
  cutLog(isCut: boolean): void;
  queue(): Promise<QueueUnderTest>;
  /** Starts ingest; closed after the test. */
  start(...queues: readonly QueueUnderTest[]): Promise<QueueIngest>;
  /** What ingest has logged. */
  lines(): readonly LogLine[];
  /** The raw records, without genesis. */
  records(): Promise<readonly LogRecord[]>;
  /** The values of the raw records as text, sorted, each once. */
  logged(): Promise<readonly string[]>;
  /** Resolves when the queue is empty. */
  emptied(queue: QueueUnderTest): Promise<void>;
}

/** A small notification of a task. */
export function notificationOf(taskId: string): string {
  return JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: { TaskId: taskId, Status: 'FINISH' } });
}

export function notificationsOf(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => notificationOf(`${name}-${number}`)).sort();
}

/** To be called in a `describe`. */
export function queueContext(kind: QueueSourceUnderTest): QueueContractContext {
  let opened: ContractLog;
  let service: QueueService;
  let gated: GatedLog;
  let lines: LogLine[] = [];
  const running: QueueIngest[] = [];
  beforeEach(async () => {
    [opened, service] = await Promise.all([openContractLog(kind.layout), kind.openService()]);
    gated = gatedLog(opened.log);
    lines = [];
  });
  afterEach(async () => {
    gated.release();
    opened.cut(false);
    for (const ingest of running.splice(0)) await ingest.close();
    await opened.close();
    await service.close();
  });
  const records = () => rawRecordsOf(opened.log);
  return {
    ...{
      kind,
      records,
      lines: () => lines,
      gate: () => gated,
      cutLog: (isCut) => opened.cut(isCut),
      queue: () => service.create(),
    },
    async start(...queues) {
      const sources = queues.map(({ source }) => source);
      const ingest = await kind.start(gated.log, sources, (line) => void lines.push(line));
      running.push(ingest);
      return ingest;
    },
    logged: async () => [...new Set((await records()).map(({ value }) => String(value)))].sort(),
    emptied: (queue) =>
      eventually(async () => (await queue.remaining()) === 0, { what: 'an empty queue' }).then(() => undefined),
  };
}

async function rawRecordsOf(log: EventLog): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (const [partition, to] of (await log.endPositions(TOPICS.raw)).entries())
    for await (const some of log.read({ topic: TOPICS.raw, partition, from: 0, to })) found.push(...some);
  return found.filter((record) => !isGenesis(record));
}
