import { greeting } from './greeting';

const RUNNING = {
  api: 'http://127.0.0.1:8080',
  callbacks: 'http://127.0.0.1:8081/notify/mps',
  mpsApi: 'http://127.0.0.1:8084',
  data: '/srv/ledger (embedded Postgres 18.4, port 20000)',
  sample: { file: '/srv/check out/sample.json', taskId: 'it’s/1' },
  withKey: false,
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
        'Ctrl-C stops it.',
        '',
      ].join('\n'),
    );
  });

  it('names the queue that is received from', () => {
    expect(greeting({ ...RUNNING, queue: 'mps-events' })).toContain('\n  queue      mps-events\n');
  });

  it('shows where the key goes when the API asks for one, but no key', () => {
    expect(greeting({ ...RUNNING, withKey: true })).toContain('curl -H "Authorization: Bearer ${API_KEYS%%,*}" -H');
  });

  it('has no commands where the sample is left out, or would be refused for its missing signature', () => {
    expect(greeting({ ...RUNNING, sample: null })).not.toContain('curl');
    expect(greeting({ ...RUNNING, signed: true })).not.toContain('curl');
    expect(greeting({ ...RUNNING, signed: true })).toContain('MPS_NOTIFY_KEY');
  });
});
