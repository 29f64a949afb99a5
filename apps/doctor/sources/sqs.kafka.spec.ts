import { describeOwnBrokers, startElasticMq, testDatabase, type ElasticMq } from '@mps-ledger/testing';
import { examine, findingsIn, setUp, type SpecEnvironment } from '../testing/spec-ledger';

jest.setTimeout(120_000);

/** In the project of Kafka, since that is where Java is. */
describeOwnBrokers('the doctor, of a queue of SQS,', () => {
  let sqs: ElasticMq;
  const given = { ...process.env };
  beforeAll(async () => {
    sqs = await startElasticMq();
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'spec', AWS_SECRET_ACCESS_KEY: 'spec', AWS_REGION: 'spec' });
  });
  afterAll(async () => {
    process.env = given;
    await sqs.stop();
  });

  it('receives without a delete, leaves the message visible, and finds a queue that is not there', async () => {
    const db = await testDatabase();
    const url = await sqs.createQueue('doctor', { VisibilityTimeout: '600' });
    const env: SpecEnvironment = {
      DATABASE_URL: db.url,
      EVENT_LOG: 'postgres',
      CALLBACK_PORT: '1',
      SQS_QUEUE_URL: url,
    };
    await setUp(env);
    expect((await examine(env))['source sqs']![0]!.what).toMatch(/can be received from: no message is there/);
    await sqs.send(url, ['{}']);
    for (let time = 0; time < 2; time += 1)
      expect((await examine(env))['source sqs']![0]).toEqual({
        status: 'ok',
        what: `${url} can be received from: one message was received, and left in the queue`,
      });
    expect(await sqs.remaining(url)).toBe(1);
    const findings = findingsIn(await examine({ ...env, SQS_QUEUE_URL: `${url}-no` }));
    expect(findings).toContainEqual(expect.stringMatching(/^source sqs: SQS: .*There is no such queue: check its URL/));
    await db.close();
  });
});
