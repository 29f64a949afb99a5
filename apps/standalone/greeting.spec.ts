import type { ConfiguredSource } from '../ingest/sources/notification-sources';
import { greeting } from './greeting';

const callback = (id: string): ConfiguredSource => ({
  ...{ id, account: 'default', transport: 'callback', path: id, keys: [], expired: 'accept' },
});
const sqs = (id: string): ConfiguredSource => ({
  ...{ id, account: 'default', transport: 'sqs', queueUrl: `https://sqs.test/1/${id}`, keys: [], expired: 'accept' },
});
const cmq: ConfiguredSource = {
  ...{ id: 'cmq', account: 'default', transport: 'cmq-queue', keys: [], expired: 'accept', queue: 'mps-events' },
  ...{ secretId: 'i', secretKey: 'not-shown' },
  endpoint: { protocol: 'https:', hostname: 'h', port: null, host: 'h', path: '/' },
};

const RUNNING = {
  api: 'http://127.0.0.1:8080',
  callbacks: 'http://127.0.0.1:8081/notify/mps',
  sources: [callback('default')],
  mpsApi: 'http://127.0.0.1:8084',
  data: '/srv/ledger (embedded Postgres 18.4, port 20000)',
  sample: { file: '/srv/check out/sample.json', taskId: 'it’s/1' },
  key: null,
  signed: false,
};

describe('the greeting', () => {
  it('shows the addresses, and two commands to copy to a shell', () => {
    expect(greeting(RUNNING)).toBe(
      [
        'mps-ledger is running:',
        '  API        http://127.0.0.1:8080  (contract: http://127.0.0.1:8080/openapi.json)',
        '  callbacks  http://127.0.0.1:8081/notify/mps',
        "  mps-api    http://127.0.0.1:8084  (ParseNotification, for the vendor's SDKs: docs/mps-api.md)",
        '  data       /srv/ledger (embedded Postgres 18.4, port 20000)',
        'Send the first sample, then read its task:',
        "  curl -H 'Content-Type: application/json' --data-binary '@/srv/check out/sample.json' http://127.0.0.1:8081/notify/mps",
        "  curl -H 'Prefer: wait=10' 'http://127.0.0.1:8080/v1/tasks/it%E2%80%99s%2F1?until=finished'",
        'Ctrl-C stops it. To look at the tasks, open',
        '  http://127.0.0.1:8080/',
        '',
      ].join('\n'),
    );
  });

  it('names the queues that are received from, and how many sources a file has beside those that are shown', () => {
    const sources = [callback('default'), cmq, sqs('aws')];
    expect(greeting({ ...RUNNING, sources })).toContain(
      '\n  queue      mps-events  (source cmq)\n  queue      https://sqs.test/1/aws  (source aws)\n',
    );
    const many = [callback('a'), callback('b'), ...Array.from({ length: 7 }, (_, n) => sqs(`q${n}`))];
    const said = greeting({ ...RUNNING, sources: many });
    expect(said).toContain('/notify/mps  (and 1 more, of SOURCES_FILE)\n');
    expect(said).toContain('(source q4)\n  queue      and 2 more, of SOURCES_FILE\n');
    expect(said).not.toContain('q5');
  });

  it('names no address of callbacks where nothing is called', () => {
    expect(greeting({ ...RUNNING, sources: [cmq], sample: null })).not.toContain('callbacks');
  });

  it('shows where the key goes when the API asks for one, but no key', () => {
    expect(greeting({ ...RUNNING, key: 'API_KEYS' })).toContain('curl -H "Authorization: Bearer ${API_KEYS%%,*}" -H');
    const made = greeting({ ...RUNNING, key: 'database' });
    expect(made).toContain('curl -H "Authorization: Bearer $KEY" -H');
    expect(made).toContain('npm run keys -- create');
  });

  it('has no commands where the sample is left out, or would be refused for its missing signature', () => {
    expect(greeting({ ...RUNNING, sample: null })).not.toContain('curl');
    expect(greeting({ ...RUNNING, signed: true })).not.toContain('curl');
    expect(greeting({ ...RUNNING, signed: true })).toContain('MPS_NOTIFY_KEY');
  });
});
