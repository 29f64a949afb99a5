import { describeOwnBrokers, startSqsProgramQueue } from '@mps-ledger/testing';
import { killedAtSteps } from './killed-at-steps';

jest.setTimeout(180_000);

/** In the project of Kafka, since that is where Java is. */
describeOwnBrokers('a program that receives from a queue of SQS and is killed', () => {
  killedAtSteps(startSqsProgramQueue);
});
