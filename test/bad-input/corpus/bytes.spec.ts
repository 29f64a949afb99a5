import { createHash } from 'node:crypto';
import { contentOf, filledIn, requestBytes, textOf, type Setting } from './bytes';
import { loadCorpus } from './load-cases';

const setting: Setting = {
  to: new URL('http://127.0.0.1:8081/notify/secret'),
  api: { url: new URL('http://127.0.0.1:8080'), key: null },
  bodies: loadCorpus().bodies,
  key: 'k',
  now: 1_700_000_000_000,
};

describe('the bytes of a case', () => {
  it('come from small descriptions', () => {
    expect(textOf(['[', { repeat: '{"n":{n}}', times: 3, joined: ',' }, ']'])).toBe('[{"n":0},{"n":1},{"n":2}]');
    expect(textOf([{ repeat: 'ab', times: 3 }])).toBe('ababab');
  });

  it('have texts filled in by name, and __proto__ stays a member', () => {
    const value: unknown = JSON.parse('{"a":["$long"],"__proto__":{"b":"$other"}}');
    expect(JSON.stringify(filledIn(value, { long: [{ repeat: 'x', times: 3 }] }))).toBe(
      '{"a":["xxx"],"__proto__":{"b":"$other"}}',
    );
  });

  it('are those of a request: head, then body', () => {
    const request = requestBytes({ body: { text: '{}' }, headers: { 'content-type': null, 'x-a': 'b' } }, {}, setting);
    expect(request.toString()).toBe(
      'POST /notify/secret HTTP/1.1\r\nhost: 127.0.0.1:8081\r\nconnection: close\r\ncontent-length: 2\r\nx-a: b\r\n\r\n{}',
    );
  });

  it('come in chunks where that is wished', () => {
    const request = requestBytes({ body: { text: 'abcde' }, chunked: 2 }, {}, setting).toString();
    expect(request.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe('2\r\nab\r\n2\r\ncd\r\n1\r\ne\r\n0\r\n\r\n');
    expect(request).not.toContain('content-length');
  });

  it('are signed as the vendor says: the MD5 of the time and the key', () => {
    const body = contentOf({ body: { json: { a: 1 } }, signed: { expiresIn: 600 } }, {}, setting).toString();
    const sign = createHash('md5').update('1700000600k').digest('hex');
    expect(body).toBe(`{"Timestamp":1700000600,"Sign":"${sign}","a":1}`);
  });
});

describe('the corpus', () => {
  const { cases } = loadCorpus();

  it.each(cases.map((one) => [one.name, one] as const))('is sound: %s', (name, one) => {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect([one.send, one.talk].filter((way) => way !== undefined)).toHaveLength(1);
    expect(one.about).not.toBe('');
    expect(one.expect.every(({ status }) => status >= 200 && status < 500)).toBe(true);
    if (one.send !== undefined) expect(one.expect).toHaveLength(1);
  });
});
