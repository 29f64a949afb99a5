import { liveItemIdentity, liveItems, liveItemText } from './index';
import type { JsonObject, LiveItem } from './index';

const items = (results: JsonObject): readonly LiveItem[] => [...liveItems(results)];
const kinds = (results: JsonObject): readonly string[] => items(results).map(({ kind }) => kind);

describe('the items of a live notification', () => {
  it.each<[string, JsonObject, object]>([
    [
      'a reviewed picture',
      {
        AiReviewResultInfo: {
          ResultSet: [{ Type: 'ImagePorn', ImagePornResultSet: [{ StartPtsTime: 1, EndPtsTime: 2 }] }],
        },
      },
      { kind: 'AiReview.ImagePorn', start: 1, end: 2, steady: true, speaker: null },
    ],
    [
      'an object, whose offsets are spelled differently',
      {
        AiRecognitionResultInfo: {
          ResultSet: [
            { Type: 'ObjectRecognition', ObjectRecognitionResultSet: [{ StartPtsOffset: 1, EndPtsOffset: 2 }] },
          ],
        },
      },
      { kind: 'AiRecognition.ObjectRecognition', start: 1, end: 2 },
    ],
    [
      'a segment',
      {
        AiAnalysisResultInfo: {
          ResultSet: [{ Type: 'SegmentRecognition', SegmentResultSet: [{ StartTimeOffset: 3, EndTimeOffset: 4 }] }],
        },
      },
      { kind: 'AiAnalysis.SegmentRecognition', start: 3, end: 4 },
    ],
    [
      'a highlight, which spans its segments',
      {
        AiAnalysisResultInfo: {
          ResultSet: [
            {
              Type: 'Highlight',
              HighlightResultSet: [
                {
                  SegmentSet: [
                    { StartTimeOffset: 5, EndTimeOffset: 6 },
                    { StartTimeOffset: 2, EndTimeOffset: 3 },
                  ],
                },
              ],
            },
          ],
        },
      },
      { kind: 'AiAnalysis.Highlight', start: 2, end: 6 },
    ],
    [
      'a paragraph of a description',
      {
        AiAnalysisResultInfo: {
          ResultSet: [{ Type: 'Description', DescriptionResult: { Paragraphs: [{ StartTimeOffset: 8 }] } }],
        },
      },
      { kind: 'AiAnalysis.Description', start: 8, end: null },
    ],
    [
      'a defect of quality',
      {
        AiQualityControlResultInfo: {
          QualityControlResultSet: [
            { Type: 'Jitter', QualityControlItems: [{ StartTimeOffset: 1, EndTimeOffset: 2 }] },
          ],
        },
      },
      { kind: 'AiQualityControl.Jitter', start: 1, end: 2 },
    ],
    [
      'a diagnosis, whose Timestamp is an offset',
      {
        AiQualityControlResultInfo: {
          DiagnoseResultSet: [{ Category: 'StreamInfo', Type: 'StreamEnd', Timestamp: 90 }],
        },
      },
      { kind: 'AiQualityControl.StreamEnd', start: 90, end: null },
    ],
    [
      'a recorded file',
      { LiveRecordResultInfo: { RecordOver: 1, FileResults: [{ Url: 'u' }] } },
      { kind: 'LiveRecord', start: null, end: null },
    ],
    [
      'a subtitle that is not steady',
      {
        AiSmartSubtitleResultInfo: {
          SmartSubtitleResult: [{ StartPTSTime: 1, EndPTSTime: 2, SteadyState: false, UserId: 'u-1' }],
        },
      },
      { kind: 'AiSmartSubtitle', start: 1, end: 2, steady: false, speaker: 'u-1' },
    ],
    [
      'a subtitle as spelled on WebSocket',
      { AiSmartSubtitleResultInfo: { SmartSubtitleResult: [{ StartPtsTime: 1, EndPtsTime: 2 }] } },
      { kind: 'AiSmartSubtitle', start: 1, end: 2 },
    ],
    [
      'an item of a kind that is not in the documents',
      { NewResultInfo: { ResultSet: [{ Type: 'Odd', OddThings: [{ StartPtsTime: 1 }] }] } },
      { kind: 'New.Odd', start: 1 },
    ],
    [
      'an element without a set',
      { NewResultInfo: { ResultSet: [{ Type: 'Odd', Score: 3 }] } },
      { kind: 'New.Odd', start: null },
    ],
  ])('hold %s', (_, results, expected) => {
    expect(items(results)).toEqual([expect.objectContaining(expected)]);
  });

  it('are the same under the deprecated names of sets', () => {
    const found = { Type: 'Jitter', QualityControlItems: [{ StartTimeOffset: 1 }] };
    const diagnosed = { Type: 'StreamEnd', Timestamp: 1 };
    const read = (...names: readonly string[]): readonly LiveItem[] =>
      items({ AiQualityControlResultInfo: { [names[0] ?? '']: [found], [names[1] ?? '']: [diagnosed] } });
    expect(read('QualityControlResults', 'DiagnoseResults')).toEqual(
      read('QualityControlResultSet', 'DiagnoseResultSet'),
    );
  });

  it('are of the kind that their set names, whatever Type says', () => {
    const result = { Type: 'ImagePorn', ImagePornResultSet: [{ Label: 'a' }], VoicePornResultSet: [{ Label: 'b' }] };
    expect(kinds({ AiReviewResultInfo: { ResultSet: [result] } })).toEqual([
      'AiReview.ImagePorn',
      'AiReview.VoicePorn',
    ]);
  });

  it.each<[string, JsonObject]>([
    ['no results', {}],
    ['a text in place of the results', { AiReviewResultInfo: 'x' }],
    [
      'null in the sets',
      {
        AiReviewResultInfo: {
          ResultSet: [null, 1, 'x', [], {}, { Type: 'ImagePorn', ImagePornResultSet: [null, {}] }],
        },
      },
    ],
    ['an empty set', { AiReviewResultInfo: { ResultSet: [{ Type: 'ImagePorn', ImagePornResultSet: [] }] } }],
    ['a member that is no result', { ProcessEofInfo: { ErrCode: 1, More: [{ A: 1 }] } }],
  ])('are none in %s', (_, results) => {
    expect(items(results)).toEqual([]);
  });

  it.each<[unknown, number | null]>([
    ['12.5', 12.5],
    ['-3', -3],
    [-3, -3],
    ['', null],
    ['1e3', null],
    ['NaN', null],
    [Number.POSITIVE_INFINITY, null],
    [{}, null],
    [true, null],
  ])('start at %p: %p', (given, start) => {
    const item = { Text: 'a', StartPtsTime: given as number };
    expect(items({ AiSmartSubtitleResultInfo: { SmartSubtitleResult: item } })).toMatchObject([{ start }]);
  });
});

describe('an item', () => {
  const said = { Text: 'a', StartPtsTime: 1, EndPtsTime: 2, Confidence: 90, SteadyState: false };

  it('stays the same when it grows, becomes steady or more certain', () => {
    const later = { ...said, EndPtsTime: 3, Confidence: 95, SteadyState: true, StartTime: 'x', Trans: '' };
    expect(liveItemIdentity(later)).toEqual(liveItemIdentity(said));
  });

  it.each<[string, JsonObject]>([
    ['text', { Text: 'b' }],
    ['translation', { Trans: 'b' }],
    ['speaker', { UserId: 'b' }],
    ['place', { AreaCoordSet: [1, 2, 3, 4] }],
  ])('is another one with another %s', (_, other) => {
    expect(liveItemIdentity({ ...said, ...other })).not.toEqual(liveItemIdentity(said));
  });

  it('without an offset is another one at another time', () => {
    expect(liveItemIdentity({ StartTime: 'x', Size: 1 })).not.toEqual(liveItemIdentity({ StartTime: 'y', Size: 1 }));
    expect(liveItemIdentity({ Url: 'u', StartTime: 'x', Size: 1 })).toEqual(
      liveItemIdentity({ Url: 'u', StartTime: 'x', Size: 2 }),
    );
  });

  it('is the same whether a transport spells defaults or omits them', () => {
    const spelt = { Text: 'a', StartPtsTime: 0, EndPtsTime: 2, UserId: '', AreaCoordSet: [], StartTime: 'x' };
    expect(liveItemIdentity(spelt)).toEqual(liveItemIdentity({ Text: 'a', EndPtsTime: 2 }));
    expect(liveItemIdentity({ Type: 'A', Timestamp: 0 })).toEqual(liveItemIdentity({ Type: 'A' }));
  });

  it('shows its text', () => {
    expect(liveItemText(said)).toBe('a');
    expect(liveItemText({ Text: '', Name: 'N', Label: 'L' })).toBe('N');
    expect(liveItemText({ Text: 1 })).toBeNull();
  });
});
