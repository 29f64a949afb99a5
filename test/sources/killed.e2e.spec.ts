import { startCmqProgramQueue } from '@mps-ledger/testing';
import { killedAtSteps } from './killed-at-steps';

jest.setTimeout(180_000);

describe('a program that receives from a queue of CMQ and is killed', () => {
  killedAtSteps(startCmqProgramQueue);
});
