import { readNotificationText } from './notification-text';

/** Its number and its second `b` are lost once it is parsed. */
const MESSAGE = '{"EventType":"WorkflowTask", "a":12345678901234567890,"b":1,"b":{"2":1,"1":2}}';

const inText = (member: string, others = {}) => JSON.stringify({ ...others, [member]: MESSAGE });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const PUSH = { TopicOwner: 1, topicName: 'mps', msgId: '7' };

describe('the text of a notification', () => {
  it.each([
    ['plain', MESSAGE],
    ['in base64', base64(MESSAGE)],
    ['in Response', `{"Response": ${MESSAGE} }`],
    ['pushed by a CMQ topic', inText('msgBody', PUSH)],
    ['pushed by a CMQ topic, in base64', JSON.stringify({ ...PUSH, msgBody: base64(MESSAGE) })],
    ['pushed as an object', `{"msgBody":${MESSAGE},"msgId":"7"}`],
    ['in a record of SCF', `{"Records":[ {"CMQ":${inText('msgBody', { type: 'topic' })}} ]}`],
    ['in Response as a text', inText('Response')],
    ['in a record whose CMQ is a text', JSON.stringify({ Records: [{ CMQ: inText('msgBody') }] })],
    ['in a record that is a text', JSON.stringify({ Records: [MESSAGE] })],
    ['in a record alone', `{"Records":[${MESSAGE}]}`],
    ['delivered by SNS', inText('Message', { Type: 'Notification' })],
    ['in several of them', `{"Response":{"msgBody":${JSON.stringify(inText('Message', { Type: 'Notification' }))}}}`],
    ['in Response, in a text', JSON.stringify({ ...PUSH, msgBody: `{"Response":${MESSAGE}}` })],
  ])('is the one that was sent: %s', (_, text) => {
    const read = readNotificationText(text);
    expect(read).toMatchObject({ ok: true, shape: 'offline', message: { b: { 2: 1 } }, fault: undefined });
    expect((read as { text: string }).text).toBe(MESSAGE);
  });

  it('says why a wrapper cannot be taken off, and what is no JSON object', () => {
    expect(readNotificationText('{"msgBody":""}')).toMatchObject({ fault: 'wrapper-empty' });
    expect(readNotificationText(`{"Records":[${MESSAGE},${MESSAGE}]}`)).toMatchObject({ fault: 'several-records' });
    expect(readNotificationText('{"a"')).toMatchObject({ ok: false, code: 'not-json' });
    expect(readNotificationText('[]')).toMatchObject({ ok: false, code: 'not-an-object' });
  });
});
