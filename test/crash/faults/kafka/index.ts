import type { Fault } from '../../fault';
import { KAFKA_POISON } from '../poison';
import { BYTES_FAULTS } from './bytes';
import { BROKER_FAULTS } from './brokers';
import { CLUSTER_SWAPPED } from './cluster';
import { RAW_TOPIC_DELETED } from './deleted';
import { DERIVING } from './deriving';
import { KAFKA_FAILPOINTS } from './failpoints';
import { KAFKA_KILLS } from './kills';
import { PAUSED } from './paused';
import { POSTGRES_FAULTS } from './postgres';
import { REBALANCES } from './rebalances';
import { TOPIC_REPLACED } from './replaced';
import { ROLLING_RESTART } from './rolling';
import { TWO_FOLDS } from './two-folds';
import { SETTINGS_CHANGED } from './settings';
import { SETTINGS_UNSAFE } from './unsafe';
import { LOG_UNREACHABLE } from './unreachable';

/** Every fault that is done to the apps on Kafka, in the order of the table. */
export const KAFKA_FAULTS: readonly Fault[] = [
  ...KAFKA_KILLS,
  ...KAFKA_FAILPOINTS,
  ...BROKER_FAULTS,
  LOG_UNREACHABLE,
  ...BYTES_FAULTS,
  ...SETTINGS_CHANGED,
  SETTINGS_UNSAFE,
  ...POSTGRES_FAULTS,
  TWO_FOLDS,
  TOPIC_REPLACED,
  RAW_TOPIC_DELETED,
  CLUSTER_SWAPPED,
  REBALANCES,
  ROLLING_RESTART,
  ...PAUSED,
  ...KAFKA_POISON,
  ...DERIVING,
];
