import * as fc from 'fast-check';
import { anyText, checkProperty } from '@mps-ledger/spec-kit';
import { ACTIONS } from './fields';
import { answerText, parseContent } from './parse-content';

const [offline, live] = ACTIONS;
const ID = '0190a000-0000-7000-8000-000000000001';

function answered(content: string, action = offline!): string {
  const parsed = parseContent(action, content);
  return parsed.ok ? answerText(parsed, ID) : parsed.message;
}

describe('an answer', () => {
  it('has the text of the content, then the missing fields, then its id', () => {
    expect(
      answered(' {"NotificationType":"ProcessEof", "9":1, "a": [1.50,{"b":2,"1":1e999}],"TaskId":"t" }\n', live),
    ).toBe(
      '{"Response": {"NotificationType":"ProcessEof", "9":1, "a": [1.50,{"b":2,"1":1e999}],"TaskId":"t" ,' +
        '"ProcessEofInfo":null,"AiReviewResultInfo":null,"AiRecognitionResultInfo":null,"AiAnalysisResultInfo":null,' +
        '"AiQualityControlResultInfo":null,"LiveRecordResultInfo":null,"AiSmartSubtitleResultInfo":null,"SessionId":null,' +
        `"SessionContext":null,"Timestamp":null,"Sign":null,"RequestId":"${ID}"}}`,
    );
  });

  it('has an id of its own in the place of one in the content', () => {
    const text = answered(
      '{"RequestId":"other","EventType":"WorkflowTask","big":12345678901234567890,"RequestId":{"a":"}"}}',
    );
    expect(text.match(/RequestId/g)).toHaveLength(1);
    expect(text).toContain(`"RequestId":"${ID}"}}`);
    expect(text).toContain('"big":12345678901234567890');
  });

  it('is UTF-8, whatever the content is', () => {
    const text = answered('{"EventType":"WorkflowTask","half":"\ud83d","whole":"😀","escaped":"\\udc00"}');
    expect(Buffer.from(text).toString()).toBe(text);
    expect(JSON.parse(text)).toMatchObject({ Response: { half: '\ud83d', whole: '😀', escaped: '\udc00' } });
  });

  it('may come from a content with a byte order mark', () => {
    expect(JSON.parse(answered('\uFEFF{"EventType":"WorkflowTask"}'))).toMatchObject({
      Response: { EventType: 'WorkflowTask', Sign: null },
    });
  });

  it('has every member of any content', () => {
    checkProperty(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        anyText(),
        fc.constantFrom(0, 2),
        (others, type, indent) => {
          fc.pre(type !== '');
          const content = { ...others, EventType: type, RequestId: 'other' };
          const { Response } = JSON.parse(answered(JSON.stringify(content, null, indent))) as { Response: object };
          expect(Response).toMatchObject({ ...(JSON.parse(JSON.stringify(content)) as object), RequestId: ID });
        },
      ),
    );
  });

  it('is an error that says why a wrapper cannot be taken off', () => {
    expect(answered('{"Records":[{},{}]}')).toContain('several-records');
  });
});

it('no text makes parsing throw', () => {
  checkProperty(
    fc.property(fc.oneof(anyText(), fc.json()), fc.constantFrom(...ACTIONS), (text, action) => {
      expect(parseContent(action, text)).toHaveProperty('ok');
    }),
  );
});
