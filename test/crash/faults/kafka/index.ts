import type { Fault } from '../../fault';
import { KAFKA_FAILPOINTS } from './failpoints';
import { KAFKA_KILLS } from './kills';

/** Every fault that is done to the apps on Kafka, in the order of the table. */
export const KAFKA_FAULTS: readonly Fault[] = [...KAFKA_KILLS, ...KAFKA_FAILPOINTS];
