import { NoKafka } from './jars';

/** Standing brokers cannot be had, or stopped, as asked; the message says why and what to do. */
export class StandingBrokersError extends Error {
  override readonly name = 'StandingRefused';
}

/** Ends a program: with what can be expected to go wrong in words alone, with anything else as the defect that it is. */
export function endWith(error: unknown): never {
  const isExpected = error instanceof NoKafka || error instanceof StandingBrokersError || isOfTheSystem(error);
  console.error(isExpected ? error.message : error);
  process.exit(1);
}

/** A full disk, a folder of somebody else’s: what the system says of it is all there is to say. */
const isOfTheSystem = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;
