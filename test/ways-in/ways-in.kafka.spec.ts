import { describeOwnBrokers, startSqsProgramQueue } from '@mps-ledger/testing';
import { eachWay } from './each-way';
import { queueWay } from './ways';

/** In the project of Kafka, since that is where Java is. */
describeOwnBrokers('by a queue of SQS', () => {
  eachWay(['sqs'], async () => [
    queueWay('sqs', await startSqsProgramQueue(), (settings) => ({ queue_url: settings['SQS_QUEUE_URL'] })),
  ]);
});
