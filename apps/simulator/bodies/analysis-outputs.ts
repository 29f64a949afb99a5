import type { Random } from '../random';
import type { BodyObject } from './json';

/** The output types of AI analysis, one per kind. */
export function analysisOutput(kind: string, path: string, random: Random): BodyObject {
  const confidence = random.between(50, 99) + 0.2;
  switch (kind) {
    case 'AiAnalysis.Classification':
      return { ClassificationSet: [{ Classification: random.pick(['interview', '新闻']), Confidence: confidence }] };
    case 'AiAnalysis.Cover':
      return { CoverSet: [{ CoverPath: `${path}_0.jpg`, Confidence: confidence }], OutputStorage: null };
    case 'AiAnalysis.Tag':
      return { TagSet: [{ Tag: random.pick(['street', '街道']), Confidence: confidence, SpecialInfo: '' }] };
    case 'AiAnalysis.FrameTag':
      return { SegmentSet: [{ StartTimeOffset: 0, EndTimeOffset: 4.2, TagSet: [{ Tag: 'car', Confidence: 81 }] }] };
    case 'AiAnalysis.Highlight':
      return {
        HighlightSet: [{ HighlightPath: `${path}.mp4`, CoverPath: '', Confidence: confidence, SegmentSet: [] }],
      };
    case 'AiAnalysis.SegmentRecognition':
      return { SegmentSet: [{ Confidence: confidence, StartTimeOffset: 0, EndTimeOffset: 33.1 }], Abstract: '' };
    case 'AiAnalysis.HeadTailRecognition':
      return { HeadConfidence: confidence, StartTimeOffset: 4.5, TailConfidence: 71, EndTimeOffset: 110 };
    case 'AiAnalysis.Description':
      return {
        DescriptionSet: [{ Description: '两个人在街上交谈', Confidence: confidence, Title: '', Keywords: ['街'] }],
      };
    case 'AiAnalysis.Dubbing':
      return { VideoPath: `${path}.mp4`, SpeakerPath: '', OutputStorage: null };
    case 'AiAnalysis.VideoComprehension':
      return { VideoComprehensionAnalysisResult: 'an interview' };
    case 'AiAnalysis.Reel':
      return { VideoPath: `${path}.mp4`, ScriptPath: '', OutputStorage: null };
    default:
      return { Path: `${path}.mp4`, OutputStorage: null, Confidence: confidence };
  }
}
