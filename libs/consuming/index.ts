export type { Slice } from './checkpoint';
export { makeConsume } from './consume';
export type { Consume, ConsumeMetrics, ConsumeOptions } from './consume';
export { makeCoordination } from './coordination';
export type { Coordination, CoordinationOptions, PartitionWork } from './coordination';
export { makeExtendBatch } from './extend-batch';
export type { ExtendBatch, ExtendBatchOptions } from './extend-batch';
export { failureMessage } from './failures';
export { describeProblems } from './problems';
export { HOLD_NOTHING, PARK_NOTHING } from './projection';
export type {
  ConsumerCheckpoint,
  CheckpointStore,
  HoldLimits,
  ParkList,
  TopicPartition,
  Project,
  ProjectContext,
  Projected,
  Written,
} from './projection';
export { LogSource } from './source';
export type { SourceOptions } from './source';
export { UnchangedFailures } from './unchanged-failures';
