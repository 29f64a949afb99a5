import { NoKafka } from './jars';

/** Standing brokers cannot be started or stopped as requested; the message contains the reason and what to do. */
export class StandingBrokersError extends Error {
  override readonly name = 'StandingRefused';
}

/** Ends a program with an error: expected errors are printed as a message, all others are thrown. */
export function endWith(error: unknown): never {
  const isExpected = error instanceof NoKafka || error instanceof StandingBrokersError || isOfTheSystem(error);
  console.error(isExpected ? error.message : error);
  process.exit(1);
}

/** Whether it is a system error, such as a full disk or a missing permission, whose message is sufficient. */
const isOfTheSystem = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;
