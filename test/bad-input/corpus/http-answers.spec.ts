import { readAnswers } from './http-answers';

const heard = (text: string) => readAnswers(Buffer.from(text, 'latin1'));

describe('answers on a connection', () => {
  it('are read one after the other, by length and by chunks, without what comes in between', () => {
    const { answers, rest } = heard(
      'HTTP/1.1 100 Continue\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}' +
        'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n' +
        'HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n',
    );
    expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual([
      [200, '{}'],
      [400, 'abcd'],
      [304, ''],
    ]);
    expect(answers[2]?.headers).toEqual({ etag: 'x' });
    expect(rest).toBe(0);
  });

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal', 'a body'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal', 'a chunk'],
    ['HTTP/1.1 200 OK\r\nContent-Le', 'a head'],
  ])('are left out where the connection ends in the middle: %j (%s)', (text) => {
    expect(heard(text)).toEqual({ answers: [], rest: text.length });
  });
});
