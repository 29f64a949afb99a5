import { Type } from 'typebox';
import { count, orNull, text, textOrNull } from '../contract/schema-parts';

/** Members of a task that a list answers only where `fields` asks for them: they cost a look at its subtasks. */
export const ONLY_ASKED_FOR = {
  failed_subtask: orNull(
    Type.Object({
      kind: text('Transcode, AiRecognition.AsrFullTextRecognition, …'),
      definition: textOrNull('The template'),
      error_code: Type.Union([Type.Number(), Type.String(), Type.Null()], { description: "The provider's ErrCode" }),
      error_code_ext: textOrNull("The provider's ErrCodeExt"),
      message: textOrNull("The provider's Message; its first 200 characters"),
      count: count('Failed subtasks of the task; 100: as many, or more'),
    }),
    'One of the subtasks that failed; null where none did, and of tasks that have not ended. Only where fields asks for it',
  ),
} as const;
