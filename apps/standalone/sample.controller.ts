import { Controller, Get, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Contract, Problem } from '@mps-ledger/platform';
import type { SampleOffer } from './sample-offer';

export const SAMPLE_OFFER = Symbol('SAMPLE_OFFER');

/** What the page offers where nothing was received yet. It is for the page, and no part of the API. */
@Controller('/sample')
export class SampleController {
  constructor(@Inject(SAMPLE_OFFER) private readonly offer: SampleOffer) {}

  @Get()
  @Header('cache-control', 'no-store')
  @Contract({ id: 'getSample', summary: 'The command that sends the sample', query: {}, answer: 'text' })
  command(): object {
    return { command: this.offer.command };
  }

  @Post()
  @HttpCode(202)
  @Contract({ id: 'sendSample', summary: 'Sends the sample', query: {}, answer: 'text', scope: 'operate' })
  send(@Req() { headers }: FastifyRequest): Promise<object> {
    if (!isFromPage(headers)) throw otherSite();
    return this.offer.send();
  }
}

/** Whether a request comes from a page of this server, or from no browser. Another site's page may send one, too. */
function isFromPage(headers: FastifyRequest['headers']): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host;
}

const otherSite = (): Problem =>
  new Problem({ status: 403, code: 'other-site', detail: 'The sample is sent from the page of this server only.' });
