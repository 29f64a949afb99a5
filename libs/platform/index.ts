export { backoff, pause, type BackoffOptions } from '@mps-ledger/async';
export { ConfigurationError, type ConfigurationMistake } from './configuration/configuration-error';
export { databaseMistakes } from './configuration/database-mistakes';
export { describeDatabase } from './configuration/database-url';
export { describeConfiguration, type SettingDescription } from './configuration/describe-configuration';
export { envExampleProblems } from './configuration/env-example';
export {
  appendSettings,
  EVENT_LOG,
  EVENT_LOG_OR_POSTGRES,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  type EventLogSettings,
} from './configuration/event-log-settings';
export type { Environment } from './configuration/given-values';
export { ledgerToolSettings, readToolConfiguration, type LedgerToolConfig } from './configuration/ledger-tool';
export { readConfiguration, type ReadConfigurationOptions } from './configuration/read-configuration';
export type { Settings, SettingsSchema } from './configuration/setting';
export {
  API_DEFAULT_PORT,
  apiListenerSettings,
  DATA_DIR,
  DATABASE_URL,
  databaseSettings,
  healthListenerSettings,
  hostSetting,
  OPTIONAL_DATABASE_URL,
  portSetting,
  processSettings,
} from './configuration/shared-settings';
export { withoutServiceLinks } from './configuration/service-links';
export { unknownNames, type UnknownNames } from './configuration/unknown-names';
export { withoutCredentials } from './configuration/without-credentials';
export { failpoint } from './failpoints/failpoints';
export { armFailpointsOfThread } from './failpoints/parse-failpoints';
export {
  makeHealth,
  type Check,
  type CheckResult,
  type Finding,
  type Health,
  type HealthReport,
} from './health/make-health';
export { apiListenerMistakes, openListenerMistakes, type Access } from './http/access';
export { makeAccessCheck, type AccessCheck } from './http/access-check';
export type { Bodies } from './http/bodies';
export { BODY_LIMITS, makeBodyReader, type BodyReader, type Oversize } from './http/body-reader';
export { Contract, operationsOf, Schemas, schemasOf, type Operation, type PathParameter } from './http/contract';
export { grantOf, type Grant } from './http/grant';
export { bareAddress, isLoopback } from './http/hosts';
export { httpApplication, type HttpApplication, type HttpApplicationOptions } from './http/http-application';
export type { KeySource, KnownKey, KnownKeys } from './http/key-source';
export { DEFAULT_LIMITS, type HttpLimits } from './http/limits';
export {
  badParameters,
  makeParameterReader,
  QueryPipe,
  type Given,
  type Parameter,
  type Parameters,
} from './http/parameters';
export { ProbesController } from './http/probes';
export type { ProblemForm, WrittenProblem } from './http/problem-form';
export {
  nothingAtPath,
  Problem,
  PROBLEM_MEDIA_TYPE,
  PROBLEM_SCHEMA,
  type ProblemItem,
  type ProblemOptions,
} from './http/problem';
export { givenContentType, traceparentOf } from './http/request-context';
export { closingSignal } from './http/request-hooks';
export { makeLogger, silentLogger, type Logger, type LoggerOptions, type LogLevel } from './logging/make-logger';
export { printable, printableLines } from './logging/printable';
export { nestLogger } from './logging/nest-logger';
export { makeMetrics, type Metrics } from './metrics/make-metrics';
export { CLOSE_LIMIT_MS, runProgram, type Program, type Closable, type RunProgramOptions } from './run/run-program';
export { askForReason, type Terminal } from './run/ask-for-reason';
export { programParts } from './run/program-parts';
export { describeFailure, runTool, type Tool } from './run/run-tool';
export { StartFailure } from './run/start-failure';
export { parseWords } from './run/parse-words';
export { UsageError } from './run/usage-error';
