import type { Fault } from '../fault';
import { CLOCK } from './clock';
import { DISK } from './disk';
import { FAILPOINT_FAULTS } from './failpoints';
import { KILLS } from './kills';
import { OUTAGES } from './outages';
import { POISON } from './poison';
import { PROJECTOR_FAULTS } from './projectors';

/** Every fault, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  ...KILLS,
  ...FAILPOINT_FAULTS,
  ...OUTAGES,
  ...DISK,
  CLOCK,
  ...PROJECTOR_FAULTS,
  ...POISON,
];

/** A fault by its name. Throws where there is none. */
export function faultNamed(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`there is no fault ${name}`);
  return found;
}
