import { asReceived, lineOf, packed } from './via';

const body = Buffer.from('{"TaskId":"T&1",\r\n"a":"漢 + \\n"}');

describe('a notification on its way', () => {
  it('is the body of a callback, and of a message to the double of CMQ', () => {
    expect(packed('http', body)).toEqual({ contentType: 'application/json', body });
    expect(packed('cmq', body)).toEqual({ contentType: 'application/json', body });
  });

  it('is a text in what a topic pushes', () => {
    const { contentType, body: pushed } = packed('topic', body);
    expect(contentType).toBe('text/plain');
    expect(JSON.parse(pushed.toString())).toMatchObject({ topicName: 'mps-events', msgBody: body.toString() });
    expect(packed('topic', body)).toEqual(packed('topic', body));
  });

  it('is a parameter of a message to SQS', () => {
    const { contentType, body: form } = packed('sqs', body);
    expect(contentType).toBe('application/x-www-form-urlencoded');
    const parameters = new URLSearchParams(form.toString());
    expect([parameters.get('Action'), parameters.get('MessageBody')]).toEqual(['SendMessage', body.toString()]);
  });

  it('is received as it was sent, but of a queue without the framing of its API', () => {
    expect(asReceived('topic', body)).toEqual(packed('topic', body).body);
    expect(asReceived('file', body).toString()).toBe(lineOf(body).slice(0, -1));
    for (const way of ['http', 'cmq', 'sqs'] as const) expect(asReceived(way, body)).toEqual(body);
  });

  it('is one line of a file', () => {
    const line = lineOf(body);
    expect(line.split('\n')).toHaveLength(2);
    expect(JSON.parse(line)).toEqual(JSON.parse(body.toString()));
  });
});
