import { hostname } from 'node:os';
import { readForwardTo, type CallbackListener } from './forward-to';

const problem = (text: string, listener?: CallbackListener): string | null => {
  const read = readForwardTo(text, listener);
  return 'problem' in read ? read.problem : null;
};
const LOCAL = { host: '127.0.0.1', port: 8081 };
const OPEN = { host: '0.0.0.0', port: 8081 };

describe('forward_to', () => {
  it.each([
    ['handler:9000', /does not begin with https/],
    ['/notify', /is no URL/],
    ['http://', /is no URL/],
    ['ftp://h/x', /does not begin with https/],
    ['https://user:hidden@h/x', /contains a user or a password/],
    ['https://user@h/x', /contains a user or a password/],
    ['https://h/x#part', /has a #/],
    ['http://h:99999/', /is no URL/],
  ])('%s is refused, and not shown', (text, message) => {
    expect(problem(text)).toMatch(message);
    expect(problem(text)).not.toContain('hidden');
  });

  it.each(['http://handler.internal:9000/mps?token=1', 'https://[2001:db8::1]/', 'http://127.0.0.1'])(
    '%s is taken',
    (text) => {
      expect(readForwardTo(text, LOCAL)).toEqual({ url: new URL(text).href });
    },
  );

  it('is not the listener of this ledger, as far as that can be known', () => {
    const own = ['http://127.0.0.1:8081/notify/mps', 'http://localhost:8081/', 'https://LOCALHOST:8081/notify/x'];
    for (const text of own)
      expect([text, problem(text, LOCAL)]).toEqual([text, expect.stringMatching(/its own notifications/)]);
    const reached = [...own, `http://${hostname()}:8081/`, 'http://0.0.0.0:8081/', 'http://[::1]:8081/notify/mps'];
    for (const text of reached) expect([text, problem(text, OPEN)]).toEqual([text, expect.stringMatching(/its own/)]);
    const others = [
      'http://127.0.0.1:8082/',
      'http://other.example:8081/',
      'http://127.0.0.1/',
      'http://10.255.255.254:8081/',
    ];
    for (const listener of [LOCAL, OPEN])
      expect(others.map((text) => problem(text, listener))).toEqual(others.map(() => null));
    expect(problem('http://h/', { host: 'h', port: 80 })).toMatch(/its own/);
    expect(problem('https://h/', { host: 'h', port: 443 })).toMatch(/its own/);
    expect(problem('http://127.0.0.2:8081/', LOCAL)).toBeNull();
  });
});
