import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { makeBodyReader, programParts } from '@mps-ledger/platform';
import type { Health, Logger, Metrics } from '@mps-ledger/platform';
import { makeAnswerAction } from './answer-action';
import { ActionController } from './http/action.controller';
import { makeCountAnswer } from './mps-api-metrics';
import type { MpsApiConfig } from './mps-api.config';
import { RequestRate } from './request-rate';
import { acceptedKeysOf } from './signature/accepted-keys';
import type { AcceptedKeys } from './signature/accepted-keys';
import * as token from './tokens';

/** What the process gives the app. */
export interface MpsApiProgram {
  readonly config: MpsApiConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

const MIB = 1024 * 1024;

/** The largest body: what the vendor accepts (https://cloud.tencent.com/document/api/862/37571), and of all unfinished ones together. */
const BODY_LIMITS = { bodyBytes: 10 * MIB, heldBytes: 64 * MIB, digestBytes: 10 * MIB, prefixBytes: 0 };

const PROGRAM_PARTS = programParts<MpsApiProgram>(token.PROGRAM, {
  config: token.CONFIG,
  logger: token.LOGGER,
  metrics: token.METRICS,
});

const ANSWERING: readonly Provider[] = [
  {
    provide: token.KEYS,
    useFactory: ({ MPS_API_KEYS = [] }: MpsApiConfig) => acceptedKeysOf(MPS_API_KEYS),
    inject: [token.CONFIG],
  },
  { provide: token.CLOCK, useValue: () => Date.now() },
  {
    provide: token.RATE,
    useFactory: ({ MPS_API_RATE }: MpsApiConfig) => new RequestRate(MPS_API_RATE),
    inject: [token.CONFIG],
  },
  { provide: token.BODIES, useFactory: () => makeBodyReader(BODY_LIMITS) },
  {
    provide: token.ANSWER_ACTION,
    useFactory: (keys: AcceptedKeys, rate: RequestRate, now: () => number) => makeAnswerAction({ keys, rate, now }),
    inject: [token.KEYS, token.RATE, token.CLOCK],
  },
  { provide: token.COUNT_ANSWER, useFactory: makeCountAnswer, inject: [token.METRICS] },
];

/** The app that parses notifications as the vendor's API does. It has no state but the rate of requests. */
@Module({ controllers: [ActionController], providers: [...PROGRAM_PARTS, ...ANSWERING] })
export class MpsApiModule {
  static forRoot(program: MpsApiProgram): DynamicModule {
    return { module: MpsApiModule, providers: [{ provide: token.PROGRAM, useValue: program }] };
  }
}
