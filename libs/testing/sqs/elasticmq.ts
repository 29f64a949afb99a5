import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually } from '@mps-ledger/spec-kit';
import { freePorts } from '../app-process';
import { kafkaProgram, type JarSet } from '../kafka/jars';

const ELASTICMQ: JarSet = {
  pom: join('tools', 'elasticmq', 'pom.xml'),
  name: 'ElasticMQ',
  folder: 'elasticmq',
  megabytes: 40,
};
const JVM = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const START_TIMEOUT_MS = 120_000;

/** An SQS of its own for a spec: any key is accepted, and all is forgotten when it stops. */
export interface ElasticMq {
  readonly endpoint: string;
  /** Creates a queue and returns its URL. */
  createQueue(name: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
  deleteQueue(queueUrl: string): Promise<void>;
  send(queueUrl: string, bodies: readonly string[]): Promise<void>;
  /** Messages that are in a queue, received or not. */
  remaining(queueUrl: string): Promise<number>;
  /** Makes received messages visible at once; handles that are no longer valid are passed over. */
  makeVisible(queueUrl: string, handles: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts ElasticMQ on a free port of 127.0.0.1. Rejects with `NoKafka` where there is no Java or Maven to run it. */
export async function startElasticMq(): Promise<ElasticMq> {
  const { java, classPath } = await kafkaProgram(undefined, ELASTICMQ);
  const [port = 0] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const settings = [
    `-Drest-sqs.bind-port=${port}`,
    '-Drest-sqs.bind-hostname=127.0.0.1',
    '-Drest-stats.enabled=false',
    '-Dnode-address.host=127.0.0.1',
    `-Dnode-address.port=${port}`,
  ];
  const child = spawn(java, [...JVM, ...settings, '-cp', classPath, 'org.elasticmq.server.Main'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = `${output}${text}`.slice(-8192)));
  const ended = once(child, 'close');
  const isUp = async () => child.exitCode !== null || (await ask(endpoint, { Action: 'ListQueues' })) !== '';
  await eventually(isUp, { timeoutMs: START_TIMEOUT_MS, what: () => `ElasticMQ, which said: ${output}` });
  if (child.exitCode !== null) throw new Error(`ElasticMQ ended before it was ready:\n${output}`);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await ended;
  };
  return { ...callsTo(endpoint), endpoint, stop };
}

function callsTo(endpoint: string): Omit<ElasticMq, 'endpoint' | 'stop'> {
  return {
    createQueue: (name, attributes = {}) => createQueue(endpoint, name, attributes),
    async deleteQueue(QueueUrl) {
      await call(endpoint, 'DeleteQueue', { QueueUrl });
    },
    async send(QueueUrl, bodies) {
      for (const MessageBody of bodies) await call(endpoint, 'SendMessage', { QueueUrl, MessageBody });
    },
    async remaining(QueueUrl) {
      const { Attributes } = await call(endpoint, 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
      const count = (name: string): number => Number((Attributes as Record<string, string>)[name]);
      return count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesNotVisible');
    },
    async makeVisible(QueueUrl, handles) {
      const visible = (ReceiptHandle: string) => ({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      for (const handle of handles) await call(endpoint, 'ChangeMessageVisibility', visible(handle)).catch(() => null);
    },
  };
}

/** One call by the JSON protocol. */
async function call(endpoint: string, action: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
  const answer = await fetch(`${endpoint}/`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ElasticMQ answered ${answer.status} to ${action}: ${text}`);
  return JSON.parse(text === '' ? '{}' : text) as Readonly<Record<string, unknown>>;
}

async function createQueue(
  endpoint: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
): Promise<string> {
  const given = Object.entries(attributes).flatMap(([attribute, value], index) => [
    [`Attribute.${index + 1}.Name`, attribute],
    [`Attribute.${index + 1}.Value`, value],
  ]);
  const parameters = Object.fromEntries(given) as Readonly<Record<string, string>>;
  const answer = await ask(endpoint, { Action: 'CreateQueue', QueueName: name, ...parameters });
  const [, url] = /<QueueUrl>([^<]+)<\/QueueUrl>/.exec(answer) ?? [];
  if (url === undefined) throw new Error(`ElasticMQ did not create the queue ${name}: ${answer}`);
  return url;
}

async function ask(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(`${endpoint}/?${new URLSearchParams(parameters).toString()}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ElasticMQ answered ${answer.status}: ${text}`);
  return text;
}
