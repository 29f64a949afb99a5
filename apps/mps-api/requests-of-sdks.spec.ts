import { codeOf, exchange } from './testing/exchange';
import { SDK_NAMES, tc3Request, v1Request } from './testing/sdk-requests';
import { serveMpsApi } from './testing/serve';
import type { ServedMpsApi } from './testing/serve';

const CONTENT = '{"EventType":"WorkflowTask","SessionContext":"媒体 +&=%\'~*\\n","Size":12345678901234567890}';

let api: ServedMpsApi;
beforeAll(async () => {
  api = await serveMpsApi();
});
afterAll(() => api.close());

const METHODS = ['POST', 'GET'] as const;
const WAYS = SDK_NAMES.flatMap((sdk) => METHODS.map((method) => ({ sdk, method })));

describe.each(WAYS)('a request as the $sdk SDK sends it by $method', ({ sdk, method }) => {
  const call = () => ({ endpoint: api.endpoint, content: CONTENT });

  it('is answered when it is signed with TC3-HMAC-SHA256, the body signed or not', async () => {
    for (const unsignedPayload of [false, true]) {
      const answer = await exchange(api.port, tc3Request(sdk, call(), { method, unsignedPayload }));
      expect(codeOf(answer)).toBeUndefined();
      expect(answer.text).toContain('"Size":12345678901234567890');
      expect(answer.response).toMatchObject({ SessionContext: "媒体 +&=%'~*\n" });
    }
  });

  it.each(['HmacSHA1', 'HmacSHA256'])('is answered when it is signed with %s', async (signatureMethod) => {
    const answer = await exchange(api.port, v1Request(sdk, call(), { method, signatureMethod }));
    expect(codeOf(answer)).toBeUndefined();
    expect(answer.response).toMatchObject({ SessionContext: "媒体 +&=%'~*\n", Sign: null });
  });

  it('may be for the name of the host, or through a proxy that keeps the Host', async () => {
    for (const endpoint of [`localhost:${api.port}`, 'mps.tencentcloudapi.com', 'mps.example.test:443']) {
      expect(codeOf(await exchange(api.port, tc3Request(sdk, { ...call(), endpoint }, { method })))).toBeUndefined();
      expect(codeOf(await exchange(api.port, v1Request(sdk, { ...call(), endpoint }, { method })))).toBeUndefined();
    }
  });

  it('is refused once anything of it is changed', async () => {
    const signed = [tc3Request(sdk, call(), { method }), v1Request(sdk, call(), { method })];
    for (const wire of signed) {
      const changed = {
        ...wire,
        target: wire.target.replace('Session', 'Sessoin'),
        body: wire.body.replace('Session', 'Sessoin'),
      };
      expect(codeOf(await exchange(api.port, changed))).toBe('AuthFailure.SignatureFailure');
      const elsewhere = { ...wire, headers: { ...wire.headers, Host: 'evil.example' } };
      expect(codeOf(await exchange(api.port, elsewhere))).toBe('AuthFailure.SignatureFailure');
    }
  });
});

describe('a signature', () => {
  const call = () => ({ endpoint: api.endpoint, content: CONTENT });

  it('covers more header fields where the client signs more, as they are sent or in lower case', async () => {
    const alsoSigned = { 'x-tc-action': 'ParseNotification', 'x-tc-note': ' A b ' };
    for (const signedAs of [(value: string) => value.trim(), (value: string) => value.trim().toLowerCase()]) {
      const wire = tc3Request('go', call(), { alsoSigned, signedAs });
      expect(codeOf(await exchange(api.port, wire))).toBeUndefined();
      const changed = { ...wire, headers: { ...wire.headers, 'x-tc-note': 'other' } };
      expect(codeOf(await exchange(api.port, changed))).toBe('AuthFailure.SignatureFailure');
    }
  });

  it('is of the host with its port or without, and of no other', async () => {
    const codes = [];
    for (const signedHost of [api.endpoint, '127.0.0.1', '127.0.0.1:1', 'localhost'])
      codes.push(codeOf(await exchange(api.port, tc3Request('go', call(), { signedHost }))));
    const failure = 'AuthFailure.SignatureFailure';
    expect(codes).toEqual([undefined, undefined, failure, failure]);
  });

  it('may be of any key of its SecretId', async () => {
    const rotated = await serveMpsApi({ MPS_API_KEYS: ['A:one', 'A:two:with-colon', 'B:three'] });
    const codeWith = async (secretId: string, secretKey: string) =>
      codeOf(
        await exchange(
          rotated.port,
          tc3Request('java', { ...call(), endpoint: rotated.endpoint, secretId, secretKey }),
        ),
      );
    expect([await codeWith('A', 'one'), await codeWith('A', 'two:with-colon'), await codeWith('B', 'three')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
    expect(await codeWith('B', 'one')).toBe('AuthFailure.SignatureFailure');
    await rotated.close();
  });

  it('is not checked without keys', async () => {
    const open = await serveMpsApi({ MPS_API_KEYS: undefined });
    const wire = tc3Request('python', { ...call(), timestamp: 1 });
    const { Authorization, ...headers } = wire.headers;
    expect(Authorization).toBeDefined();
    for (const request of [
      wire,
      { ...wire, headers },
      { ...wire, headers: { ...headers, Authorization: 'SKIP' } },
      v1Request('go', call(), { without: ['Signature', 'SecretId', 'Timestamp', 'Nonce'] }),
    ])
      expect(codeOf(await exchange(open.port, request))).toBeUndefined();
    await open.close();
  });
});
