import type { Fault, LogName } from '../fault';
import { CLOCK } from './clock';
import { DISK } from './disk';
import { FAILPOINT_FAULTS } from './failpoints';
import { FORWARDING_FAULTS } from './forwarding';
import { KAFKA_FAULTS } from './kafka';
import { KILLS } from './kills';
import { OUTAGES } from './outages';
import { POISON } from './poison';
import { POSTGRES_LOG } from './postgres-log';
import { LOG_TABLES_SWAPPED } from './postgres-swapped';
import { PROJECTOR_FAULTS } from './projectors';
import { KAFKA_SOURCE_FAULTS, SOURCE_FAULTS } from './sources';

/** Every fault, in the order of the tables. */
export const FAULTS: readonly Fault[] = [
  ...KILLS,
  ...FAILPOINT_FAULTS,
  ...OUTAGES,
  ...DISK,
  CLOCK,
  ...PROJECTOR_FAULTS,
  ...POISON,
  ...POSTGRES_LOG,
  LOG_TABLES_SWAPPED,
  ...SOURCE_FAULTS,
  ...FORWARDING_FAULTS,
  ...KAFKA_FAULTS,
  ...KAFKA_SOURCE_FAULTS,
];

/** Those that are for one log. */
export function faultsOn(log: LogName): readonly Fault[] {
  return FAULTS.filter((fault) => fault.log === log);
}

/** A fault by its name. Throws where there is none. */
export function faultNamed(name: string, log: LogName = 'postgres'): Fault {
  const found = faultsOn(log).find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`there is no fault ${name} on ${log}`);
  return found;
}
