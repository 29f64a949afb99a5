import { canonicalRequest, signRequest } from './signature';

const KEY = 'exampleSecretKey';
const RECEIVE = {
  ...{ Action: 'BatchReceiveMessage', Nonce: '46368', Timestamp: '1700000000', SecretId: 'AKIDexample0000' },
  ...{ RequestClient: 'SDK_TEST_1.0', queueName: 'mps-events', numOfMsg: '16', pollingWaitSeconds: '10' },
};

describe('a signature', () => {
  it.each([
    ['cmq-gz.example.test', '/v2/index.php', 'HmacSHA1', 'C5IpF4+9EfOYPe3DYlyCE6qWx2c='],
    ['cmq-gz.example.test', '/v2/index.php', 'HmacSHA256', 'pBsQ00WUWtwOLsARvMcYLq8dVxr9zLcB3F2KnIvWMVc='],
    ['127.0.0.1:8080', '/', 'HmacSHA1', 'F3NTrtyaiqGv+65yoYRm4rocl1Y='],
    ['127.0.0.1:8080', '/', 'HmacSHA256', 'itfCG4nJMLC3PYkkTZvYvR+Skt9Aoe0dubyeiLlOP1s='],
  ] as const)('of a request to %s%s by %s is the known one', (host, path, method, expected) => {
    const parameters = { ...RECEIVE, SignatureMethod: method };
    expect(signRequest({ host, path, parameters }, KEY, method)).toBe(expected);
  });

  it('of a request with numbered parameters is the known one', () => {
    const parameters = {
      ...{ Action: 'BatchDeleteMessage', Nonce: '7', Timestamp: '1700000001', SecretId: 'AKIDexample0000' },
      ...{ SignatureMethod: 'HmacSHA256', queueName: 'mps-events' },
      ...{ 'receiptHandle.1': '111', 'receiptHandle.2': '222' },
    };
    const request = { host: 'cmq-gz.example.test', path: '/v2/index.php', parameters };
    expect(signRequest(request, KEY, 'HmacSHA256')).toBe('a3iWg+tnEgLxaoCwzWzNwHbHnBapXVtOACHnyYZVX0w=');
  });

  it('covers names with dots for underscores, and values as they are', () => {
    const parameters = { z_a: 'x y&=+', A: '漢' };
    expect(canonicalRequest({ host: 'h', path: '/', parameters })).toBe('POSTh/?A=漢&z.a=x y&=+');
  });
});
