import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSourcesFile } from './read-sources-file';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  file = join(folder, 'sources.yaml');
  mkdirSync(join(folder, 'secrets'));
  writeFileSync(join(folder, 'secrets/key'), 'exampleSecretKey\n');
  writeFileSync(join(folder, 'secrets/keys'), 'old-key\r\n new-key ,third\n');
  writeFileSync(join(folder, 'secrets/path'), 'a-path-that-nobody-guesses');
  writeFileSync(join(folder, 'secrets/empty'), '\n');
  writeFileSync(join(folder, 'secrets/blank'), ' , \n ,\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, isOpen = false) {
  writeFileSync(file, text);
  return readSourcesFile(file, { isOpen });
}

/** The mistakes of a text, without the file's name. */
function mistakes(text: string, isOpen = false): readonly string[] {
  const given = read(text, isOpen);
  return 'mistakes' in given ? given.mistakes.map((line) => line.replace(`${file}:`, '')) : [];
}

const WHOLE = `# several accounts
sources:
  - id: mps-prod
    kind: callback
    account: acme
    path_file: secrets/path
    keys_file: secrets/keys
    expired: refuse
    networks: [10.0.0.0/8, '2001:db8::/32', 127.0.0.1]
  - id: queue
    kind: cmq-queue
    endpoint: https://cmq-gz.example.test
    queue: mps-events
    secret_id: AKIDexample0000
    secret_key_file: secrets/key
    max_unacked_seconds: 600
  - { id: aws, kind: sqs, queue_url: 'https://sqs.eu-central-1.amazonaws.com/1/q', region: eu-central-1 }
  - { id: topic, kind: cmq-topic, path: pushed }
  - { id: archive, kind: file, account: acme }
`;

describe('a file of sources', () => {
  it('names sources of every kind, with their secrets in files', () => {
    expect(read(WHOLE)).toEqual({
      sources: [
        {
          ...{ id: 'mps-prod', account: 'acme', transport: 'callback', path: 'a-path-that-nobody-guesses' },
          ...{ keys: ['old-key', 'new-key', 'third'], expired: 'refuse' },
          networks: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'],
        },
        {
          ...{
            id: 'queue',
            account: 'default',
            transport: 'cmq-queue',
            keys: [],
            expired: 'accept',
            queue: 'mps-events',
          },
          ...{ secretId: 'AKIDexample0000', secretKey: 'exampleSecretKey', maxUnackedSeconds: 600 },
          endpoint: expect.objectContaining({ host: 'cmq-gz.example.test', path: '/v2/index.php' }),
        },
        {
          ...{ id: 'aws', account: 'default', transport: 'sqs', keys: [], expired: 'accept', region: 'eu-central-1' },
          queueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/q',
        },
        {
          id: 'topic',
          account: 'default',
          transport: 'cmq-topic',
          path: 'pushed',
          keys: [],
          expired: 'accept',
          networks: [],
        },
      ],
    });
  });

  it('forwards what any source receives, but not to the listener of its own', () => {
    writeFileSync(join(folder, 'secrets/url'), 'https://handler.example/mps?token=1\n');
    const text = WHOLE.replace('    kind: callback\n', '    kind: callback\n    forward_to_file: secrets/url\n')
      .replace('    kind: cmq-queue\n', '    kind: cmq-queue\n    forward_to: http://127.0.0.1:9000\n')
      .replace('kind: sqs,', 'kind: sqs, forward_to: "http://127.0.0.1:8081/notify/mps",');
    const given = read(text);
    expect('sources' in given && given.sources.map(({ forwardTo }) => forwardTo)).toEqual([
      'https://handler.example/mps?token=1',
      'http://127.0.0.1:9000/',
      'http://127.0.0.1:8081/notify/mps',
      undefined,
    ]);
    writeFileSync(file, text);
    const listener = { host: '127.0.0.1', port: 8081 };
    expect(readSourcesFile(file, { isOpen: false, listener })).toEqual({
      mistakes: [expect.stringMatching(/forward_to is the callback listener of this ledger/)],
    });
  });

  it('may be JSON', () => {
    const text = JSON.stringify({ sources: [{ id: 'a', kind: 'callback', path: 'p' }] });
    expect(read(text)).toMatchObject({ sources: [{ id: 'a', path: 'p', keys: [] }] });
  });

  it('is refused with everything that is wrong with it, in order, each at its line and column', () => {
    const text = `sources:
  - id: a b
    kind: callback
    path: p
    key: exampleSecretKey
  - kind: cmq-queue
    id: q
    endpoint: ftp://x
    queue: q
    secret_id: AKID
    secret_key_file: secrets/nothing
  - id: t
    kind: cmq-topik
  - 7
  - id: q
    kind: callback
    kind: callback
    path_file: secrets/none
    more: 1
sauces: []
`;
    const found = mistakes(text);
    expect(found.map((line) => line.split(': ')[0])).toEqual([
      ...['2:9', '5:5', '8:15', '11:22', '13:11', '14:5', '15:5', '17:5', '18:16', '19:5', '20:1'],
    ]);
    expect(found[1]).toContain('"key"');
    expect(found.join()).not.toContain('exampleSecretKey');
    expect(found[2]).toMatch(/sources\[1\]\.endpoint does not begin with https/);
    expect(found[3]).toMatch(/sources\[1\]\.secret_key_file names a file that cannot be read \(ENOENT\)$/);
    expect(found[4]).toContain('callback, cmq-queue, sqs, cmq-topic, file');
    expect(found[6]).toContain('sources[4] has the id of sources[1]');
    expect(found[7]).toContain('Map keys must be unique');
    expect(found[8]).toContain('path_file names a file that cannot be read');
    expect(found[9]).toContain('has no member "more"');
  });

  it.each([
    [
      'an id twice',
      '- { id: a, kind: callback, path: p }\n- { id: a, kind: file }',
      /^3:3: sources\[1\] has the id of sources\[0\]/,
    ],
    [
      'a path twice',
      '- { id: a, kind: callback, path: p }\n- { id: b, kind: cmq-topic, path: p }',
      /^3:3: .*the path of sources\[0\]/,
    ],
    ['no path', '- { id: a, kind: callback }', /sources\[0\]\.path is missing/],
    ['two paths', '- { id: a, kind: callback, path: p, path_file: secrets/path }', /path and path_file are both given/],
    [
      'a secret that is empty',
      '- { id: a, kind: callback, path: p, keys_file: secrets/empty }',
      /^2:\d+: .*keys_file names a file that is empty/,
    ],
    [
      'a file of keys without a key',
      '- { id: a, kind: callback, path: p, keys_file: secrets/blank }',
      /^2:\d+: .*keys_file names a file without a key/,
    ],
    [
      'a queue of SQS that is no URL',
      '- { id: a, kind: sqs, queue_url: "https://[bad/q" }',
      /^2:\d+: .*queue_url is no URL/,
    ],
    [
      'a network that is none',
      '- { id: a, kind: callback, path: p, networks: [10.0.0.0/33] }',
      /^2:\d+: .*"10\.0\.0\.0\/33", which is no address/,
    ],
    [
      'a URL to forward to that is given twice',
      '- { id: a, kind: callback, path: p, forward_to: "http://h/", forward_to_file: secrets/path }',
      /forward_to and forward_to_file are both given/,
    ],
    [
      'a user in the URL to forward to',
      '- { id: a, kind: callback, path: p, forward_to: "http://shown:shown@h/" }',
      /^2:\d+: sources\[0\]\.forward_to contains a user or a password/,
    ],
    [
      'a file without a URL to forward to',
      '- { id: a, kind: callback, path: p, forward_to_file: secrets/path }',
      /^2:\d+: sources\[0\]\.forward_to_file is no URL/,
    ],
    ['forwarding of a file', '- { id: a, kind: file, forward_to: "http://h/" }', /has no member "forward_to"/],
    [
      'more forwarding than a process can hold',
      Array.from(
        { length: 21 },
        (_, n) => `- { id: a${n}, kind: callback, path: p${n}, forward_to: "http://h/" }`,
      ).join('\n'),
      /more than 20 sources have forward_to/,
    ],
    ['a number for a name', '- { id: 7, kind: callback, path: p }', /^2:9: sources\[0\]\.id is not right/],
    [
      'a limit beyond the vendor’s',
      '- { id: q, kind: cmq-queue, endpoint: "https://x", queue: q, secret_id: i, secret_key_file: secrets/key, max_unacked_seconds: 5 }',
      /max_unacked_seconds is not right: .*30 to 43200/,
    ],
    ['a member twice', '- { id: a, id: b, kind: file }', /^2:\d+: Map keys must be unique/],
    ['no YAML', '- { id: a', /^\d+:\d+: /],
    [
      'a secret in the file itself',
      '- { id: q, kind: cmq-queue, endpoint: "https://x", queue: q, secret_id: i, secret_key: shown }',
      /has no member "secret_key"\. A secret is given as secret_key_file/,
    ],
    ['no source', '', /sources must be a list of 1 to 200/],
  ])('is refused with %s', (_, list, message) => {
    const found = mistakes(`sources:\n${list}\n`);
    expect(found.join('\n')).toMatch(message);
    expect(found.join('\n')).not.toContain('shown');
  });

  it.each(['', '[]', 'text', '7', 'null', '%', '\u0000', 'a: &a [*a]', `sources: ${'['.repeat(5000)}`])(
    'is refused where it is %j',
    (text) => {
      expect(mistakes(text).length).toBeGreaterThan(0);
    },
  );

  it('is refused where it is missing, or too large, or a folder', () => {
    for (const path of [join(folder, 'missing.yaml'), folder])
      expect(readSourcesFile(path, { isOpen: false })).toEqual({ mistakes: [expect.stringContaining(path)] });
    expect(mistakes('#'.repeat(1024 * 1024 + 1))).toEqual([expect.stringContaining('more than')]);
  });

  it('needs paths that cannot be guessed where other machines reach the listener', () => {
    expect(mistakes(WHOLE, true)).toEqual([expect.stringMatching(/^18:41: sources\[3\]\.path could be guessed/)]);
  });
});
