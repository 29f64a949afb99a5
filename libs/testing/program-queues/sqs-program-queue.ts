import { startElasticMq } from '../sqs/elasticmq';
import { startSqsProxy } from '../sqs/sqs-proxy';
import { PROGRAM_QUEUE_HIDES_SECONDS, PROGRAM_QUEUE_NAME, type ProgramQueue } from './program-queue';

/** A queue of ElasticMQ, behind a proxy. Rejects with `NoKafka` where there is no Java or Maven to run it. */
export async function startSqsProgramQueue(): Promise<ProgramQueue> {
  const sqs = await startElasticMq();
  const proxy = await startSqsProxy(sqs.endpoint);
  const url = await sqs.createQueue(PROGRAM_QUEUE_NAME, { VisibilityTimeout: String(PROGRAM_QUEUE_HIDES_SECONDS) });
  const seen = proxy.queue(url);
  const key = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'exampleSecretKey' };
  return {
    settings: { SQS_QUEUE_URL: proxy.urlOf(url), AWS_REGION: 'eu-central-1', ...key },
    way: { via: 'sqs', to: url },
    send: (bodies) => sqs.send(url, bodies),
    remaining: () => sqs.remaining(url),
    delivered: () => seen.delivered,
    fault: (fault, request) =>
      proxy.fault({ ...fault, action: request === 'receive' ? 'ReceiveMessage' : 'DeleteMessageBatch' }),
    setKeyRight: (isRight) => void (seen.isKeyWrong = !isRight),
    async close() {
      await proxy.close();
      await sqs.stop();
    },
  };
}
