import { makeMetrics } from './make-metrics';

test('names get the prefix once, and the same name answers the same metric', async () => {
  const metrics = makeMetrics({ processMetrics: false });
  metrics.counter({ name: 'things_total', help: 'Things.', labels: ['kind'] }).inc({ kind: 'a' });
  metrics.counter({ name: 'mps_ledger_things_total', help: 'Things.', labels: ['kind'] }).inc({ kind: 'a' });
  expect(await metrics.text()).toBe(
    '# HELP mps_ledger_things_total Things.\n# TYPE mps_ledger_things_total counter\nmps_ledger_things_total{kind="a"} 2\n',
  );
});

test('a gauge may be collected at the scrape', async () => {
  const metrics = makeMetrics({ processMetrics: false });
  let value = 1;
  metrics.gauge({ name: 'level', help: 'A level.', collect: (gauge) => gauge.set(value) });
  metrics.gauge({ name: 'other', help: 'Another.' }).set(7);
  value = 2;
  expect(await metrics.text()).toMatch(/mps_ledger_level 2\n[\s\S]*mps_ledger_other 7\n/);
});

test('a histogram counts into its buckets', async () => {
  const metrics = makeMetrics({ processMetrics: false, prefix: 'x_' });
  metrics.histogram({ name: 'seconds', help: 'Time.', buckets: [1, 2] }).observe(1.5);
  expect(await metrics.text()).toContain('x_seconds_bucket{le="1"} 0\nx_seconds_bucket{le="2"} 1\n');
});

test('two programs in one process do not share anything', async () => {
  const [one, two] = [makeMetrics(), makeMetrics()];
  one.counter({ name: 'a_total', help: 'A.' }).inc();
  expect(await two.text()).not.toContain('a_total');
  expect(await two.text()).toContain('process_cpu_seconds_total');
});
