import { Controller, Get, Inject, Module, Param, Post, Body } from '@nestjs/common';

import { makeHealth } from '../health/make-health';
import { silentLogger } from '../logging/make-logger';
import { makeMetrics } from '../metrics/make-metrics';
import { httpApplication } from './http-application';
import { Problem } from './problem';

@Controller('things')
class ThingsController {
  constructor(@Inject('greeting') private readonly greeting: string) {}

  @Get(':id')
  one(@Param('id') id: string) {
    if (id === 'broken') throw new Error('secret detail');
    if (id === 'gone') throw new Problem({ status: 410, code: 'thing-gone', detail: 'It was here once.' });
    return { id, greeting: this.greeting };
  }

  @Post()
  add(@Body() body: unknown) {
    return { body };
  }
}

@Module({ controllers: [ThingsController], providers: [{ provide: 'greeting', useValue: 'hello' }] })
class ThingsModule {}

const make = () =>
  httpApplication({
    name: 'api',
    module: ThingsModule,
    host: '127.0.0.1',
    port: 0,
    listen: false,
    logger: silentLogger(),
    metrics: makeMetrics({ processMetrics: false }),
    health: makeHealth(),
    probes: true,
    access: { apiKeys: [] },
  });

test('serves a controller and its problems', async () => {
  const http = await make();
  expect((await http.inject('/things/a%2Fb')).json()).toEqual({ id: 'a/b', greeting: 'hello' });
  const cases = [];
  for (const [method, url] of [
    ['GET', '/things/broken'],
    ['GET', '/things/gone'],
    ['GET', '/nothing'],
    ['PUT', '/things/1'],
    ['GET', '/things/%zz'],
    ['GET', '/livez'],
    ['GET', '/readyz?verbose'],
    ['GET', '/metrics'],
  ] as const) {
    const answer = await http.inject({ method, url });
    cases.push([
      method,
      url,
      answer.statusCode,
      answer.headers['content-type'],
      answer.headers.allow,
      answer.body.slice(0, 300),
    ]);
  }
  console.log(cases);
  await http.close();
});
