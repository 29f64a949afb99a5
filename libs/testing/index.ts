export { freePorts, startApp } from './app-process';
export type { AppOptions, AppProcess, ProcessEnd } from './app-process';
export { findChromium } from './find-chromium';
export { queueSourceContract } from './queue-source.contract';
export type { QueueIngest, QueueSourceUnderTest, QueueUnderTest } from './queue-contract/tested-kind';
export { testDatabase } from './databases';
export type { DatabaseTemplate, TestDatabase, TestDatabaseOptions } from './databases';
export { DOUBLE_SECRET, startCmqDouble } from './cmq/cmq-double';
export type { CmqDouble, CmqDoubleOptions } from './cmq/cmq-double';
export type { CmqQueueSettings, CmqQueueStats } from './cmq/queue-state';
export { consumingContract } from './consuming.contract';
export { eventLogContract } from './event-log.contract';
export { appendEach, appendUntilAcknowledged, numbered, record } from './event-log-contract/appending';
export { CONTRACT_LAYOUT } from './event-log-contract/contract-log';
export type { DriverPromises, LogContract, LogUnderTest } from './event-log-contract/contract-log';
export { collect, ComparingReader, Delivered, firsts } from './event-log-contract/reading';
export { makeDice } from './hostile/dice';
export type { Dice } from './hostile/dice';
export { realEnds } from './hostile/gaps';
export { hostile } from './hostile/hostile-log';
export type { HostileLog } from './hostile/hostile-log';
export type { HostilityCounts, Hostilities } from './hostile/hostilities';
export { forwardingContract } from './forwarding.contract';
export { RecordingHandler } from './forwarding-contract/recording-handler';
export { startBrokers } from './kafka/brokers';
export type { BrokersOptions, TestBroker, TestBrokers } from './kafka/brokers';
export { kafkaProgram, NoKafka, runKafkaTool } from './kafka/jars';
export type { JarSet, KafkaProgram } from './kafka/jars';
export { startKafkaProxy } from './kafka/kafka-proxy';
export type { ResponseFault, FaultyResponse, KafkaApi, KafkaProxy, KafkaProxyMode } from './kafka/kafka-proxy';
export { startProxiedBroker } from './kafka/proxied-broker';
export type { ProxiedBroker } from './kafka/proxied-broker';
export { storedBytes } from './kafka/stored-bytes';
export { startStubCluster } from './kafka/stub-cluster';
export type { StubCluster } from './kafka/stub-cluster';
export {
  describeKafka,
  describeOwnBrokers,
  itWithJdk,
  itWithKcat,
  itWithPython,
  testBrokers,
  testTopicPrefix,
} from './kafka/test-kafka';
export {
  filtersAloneAndInPairs,
  NOTIFICATION_FILTER_VALUES,
  notificationFilterValues,
  plantedTaskPath,
  plantLists,
  TASK_FILTER_VALUES,
  taskFilterValues,
} from './planted-lists';
export type { FilterValues, PlantedLists } from './planted-lists';
export {
  anonymousMib,
  commandOf,
  cpuSeconds,
  firstThreadCpuSeconds,
  memoryMib,
  openHandles,
  parentOf,
  peakResidentMib,
  processTree,
  residentMib,
  stateOf,
} from './process-tree';
export type { QueueFault, QueueFaultKind } from './queue-faults';
export { onServer } from './test-server';
export { startCmqProgramQueue } from './program-queues/cmq-program-queue';
export { PROGRAM_QUEUE_HIDES_SECONDS } from './program-queues/program-queue';
export type { ProgramQueue } from './program-queues/program-queue';
export { startSqsProgramQueue } from './program-queues/sqs-program-queue';
export { startProgram } from './program';
export type { RunningProgram, PrintedLine } from './program';
export { startTcpProxy } from './tcp-proxy';
export type { ProxyMode, TcpProxy } from './tcp-proxy';
export { describePgBouncer, startPgBouncer } from './pgbouncer';
export type { PgBouncer, PgBouncerOptions } from './pgbouncer';
export { startElasticMq } from './sqs/elasticmq';
export type { ElasticMq } from './sqs/elasticmq';
export { startSqsProxy } from './sqs/sqs-proxy';
export type { SqsProxy } from './sqs/sqs-proxy';
