import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { AnchorResult, AnchorTask } from '../contract';

/** What the harness asks for. */
export function anchorTask(): AnchorTask {
  return JSON.parse(process.env['ARGUMENTS'] ?? '{}') as AnchorTask;
}

/** kafkajs as it comes, on the brokers of the task. */
export function anchorKafka(): Kafka {
  return new Kafka({ brokers: (anchorTask().brokers ?? '').split(','), logLevel: logLevel.ERROR });
}

/** Connected, and the topic that the task says to write to. */
export async function connectProducer(): Promise<{ readonly producer: Producer; readonly topic: string }> {
  const producer = anchorKafka().producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return { producer, topic: anchorTask().topics?.to ?? '' };
}

/** Prints that the anchor is running; on SIGTERM closes it, prints its counts and exits. */
export function atWork(close: () => Promise<AnchorResult>): void {
  const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
  process.once('SIGTERM', () => {
    void close().then((account) => {
      say(account);
      process.exit(0);
    });
  });
  say({ ready: true });
}
