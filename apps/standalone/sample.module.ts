import { Module, type DynamicModule } from '@nestjs/common';
import type { SampleOffer } from './sample-offer';
import { SAMPLE_OFFER, SampleController } from './sample.controller';

/** The sample, on the listener of the API. */
@Module({ controllers: [SampleController] })
export class SampleModule {
  static of(offer: SampleOffer): DynamicModule {
    return { module: SampleModule, providers: [{ provide: SAMPLE_OFFER, useValue: offer }] };
  }
}
