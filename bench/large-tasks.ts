/** Tasks whose past is asked for, by the number of their subtasks. */
export const LARGE_TASKS = [10, 20_000] as const;

export const largeTaskId = (subtasks: number): string => `2450000-WorkflowTask-large-${subtasks}-0`;

/** Transcodes of a task, each with an output of its own. */
export function transcodes(count: number, status: string): readonly object[] {
  return Array.from({ length: count }, (_, number) => ({
    Type: 'Transcode',
    TranscodeTask: {
      ...{ Status: status, ErrCode: 0, Message: '', Input: { Definition: number + 1 } },
      Output: { Path: `/out/${number + 1}.mp4`, Size: 401_637, Container: 'mp4', Height: 320, Width: 180 },
    },
  }));
}

/** A task that was reported when it began, and again at its end. */
export function largeTaskBodies(subtasks: number): readonly string[] {
  return (['PROCESSING', 'FINISH'] as const).map((Status) => {
    const MediaProcessResultSet = transcodes(subtasks, Status === 'FINISH' ? 'SUCCESS' : 'PROCESSING');
    const task = { TaskId: largeTaskId(subtasks), Status, ErrCode: 0, Message: '', MediaProcessResultSet };
    return JSON.stringify({ EventType: 'WorkflowTask', WorkflowTaskEvent: task });
  });
}
