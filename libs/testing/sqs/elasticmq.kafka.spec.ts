import { describeOwnBrokers } from '../kafka/test-kafka';
import { startElasticMq } from './elasticmq';

describeOwnBrokers('ElasticMQ', () => {
  it('runs, and creates queues', async () => {
    const sqs = await startElasticMq();
    const url = await sqs.createQueue('mps-events', { VisibilityTimeout: '2' });
    expect(url).toBe(`${sqs.endpoint}/000000000000/mps-events`);
    await sqs.stop();
    await expect(fetch(sqs.endpoint)).rejects.toThrow();
  });
});
