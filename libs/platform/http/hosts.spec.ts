import { bareAddress, isLoopback, isLoopbackAuthority } from './hosts';

describe('a Host header', () => {
  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:1',
    'localhost:',
    'ledger.localhost',
    '127.0.0.1',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]',
    '[::1]:8080',
    '[0:0:0:0:0:0:0:1]:8080',
    '[::ffff:127.0.0.1]',
  ])('%j names this machine', (host) => {
    expect(isLoopbackAuthority(host)).toBe(true);
  });

  test.each([
    '',
    ':8080',
    'evil.com#.localhost',
    'evil.com/.localhost',
    'evil.com?.localhost',
    'evil.com\\.localhost',
    'evil.com%23.localhost',
    'evil.com@localhost',
    'user:password@localhost',
    'localhost@evil.com',
    'localhost#evil.com',
    'localhost/evil.com',
    'evil.com:80#.localhost',
    'evil.com .localhost',
    ' localhost',
    'localhost ',
    'localhost\t',
    'evil.com,localhost',
    'evil.com;.localhost',
    'EVIL.COM#.LOCALHOST',
    'evil.com',
    'evil.com.',
    'localhost.',
    'localhost.evil.com',
    'localhost..',
    '.localhost',
    'a..localhost',
    '127.0.0.1.evil.com',
    '127.0.0.1.',
    '127.0.0.256',
    '127.1',
    '127.0.0.01',
    '2130706433',
    '0x7f.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    'localhost:80:80',
    'localhost:-1',
    'localhost:99999',
    'localhost:8080x',
    'localhost:８０',
    '::1',
    '::1:8080',
    '[::1',
    '::1]',
    '[::1]x',
    '[::1].evil.com',
    '[::1]evil.com:80',
    '[[::1]]',
    '[::2]',
    '[::]',
    '[::1%lo]',
    '[::1%25lo]',
    '[127.0.0.1]',
    '[localhost]',
    '[]',
    'xn--localhost-.com',
    'ⓛocalhost',
    'localhost\u0000',
    'localhost\nevil.com',
  ])('%j does not', (host) => {
    expect(isLoopbackAuthority(host)).toBe(false);
  });
});

describe('the address of a listener', () => {
  test.each(['127.0.0.1', '::1', '[::1]', 'localhost', 'Localhost'])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  test.each(['0.0.0.0', '::', '[::]', '127.0.0.1.', 'evil.com#.localhost', 'ledger', '[localhost]', ''])(
    '%j is open to others',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  test('loses the brackets of an IPv6 address, and of nothing else', () => {
    expect(['[::1]', '[fe80::1%eth0]', '::1', '[127.0.0.1]', '[x]', 'localhost'].map(bareAddress)).toEqual([
      ...['::1', 'fe80::1%eth0', '::1', '[127.0.0.1]', '[x]', 'localhost'],
    ]);
  });
});
