import type { HistoryEntry } from './history-entry';

/** The types of events, without their prefix, in words. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  'task.queued': 'Task queued',
  'task.started': 'Task started',
  'task.progressed': 'Task progressed',
  'task.reported': 'Task reported',
  'task.finished': 'Task finished',
  'subtask.queued': 'Subtask queued',
  'subtask.started': 'Subtask started',
  'subtask.progressed': 'Subtask progressed',
  'subtask.reported': 'Subtask reported',
  'subtask.succeeded': 'Subtask succeeded',
  'subtask.failed': 'Subtask failed',
  'subtask.counted': 'Subtasks counted',
  'media.probed': 'Media probed',
  'live.result-reported': 'Live result',
  'live.ended': 'Live stream ended',
  'notification.received': 'Notification received',
};

/** What an event says, in words: its type, and what or whom it is about. */
export function eventWords({ type, data }: Pick<HistoryEntry, 'type' | 'data'>): {
  readonly what: string;
  readonly about: string;
} {
  const what = TYPE_WORDS[type] ?? type.replaceAll(/[.-]/g, ' ').replace(/^./, (first) => first.toUpperCase());
  return { what, about: aboutWords(type, data) };
}

function aboutWords(type: string, data: HistoryEntry['data']): string {
  const text = (name: string): string | null => {
    const value = data[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  if (type === 'notification.received') {
    const events = text('events') ?? '?';
    return `${text('transport') ?? ''} · ${events} ${events === '1' ? 'event' : 'events'} · ${text('size') ?? '?'} bytes`;
  }
  const subject = type.startsWith('subtask.')
    ? [text('kind'), text('definition')].filter((part) => part !== null).join(' ')
    : null;
  const code = text('error_code');
  const progress = text('progress');
  const parts = [
    subject,
    code === null || code === '0' ? null : `code ${code}`,
    text('error_code_ext'),
    code === null || code !== '0' ? text('message') : null,
    type.endsWith('progressed') && progress !== null ? `${progress} %` : null,
    type === 'live.result-reported' ? text('notification_type') : null,
  ];
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}

/** What an annotation means, in words. */
export const ANNOTATION_WORDS: Readonly<Record<string, readonly [word: string, meaning: string]>> = {
  duplicate: ['repeated', 'The same fact was heard before: it changes nothing.'],
  late: ['late', 'A later state was known already when this was heard: the status does not fall back.'],
  reopened: ['after the end', 'It speaks of work although the end was known already.'],
  parked: ['parked', 'It could not be applied, and is kept with its reason.'],
};

/** How far a way in can be believed, in words. */
export const TRUST_WORDS: Readonly<Record<string, readonly [word: string, meaning: string]>> = {
  file: ['from a file', 'It was imported: believed least.'],
  'callback-unsigned': [
    'unsigned',
    'A callback without a signature: anybody who reaches the listener could have sent it.',
  ],
  'callback-signed': ['signed', 'A callback with a right signature, which does not cover the body.'],
  queue: ['queue', 'Received from the queue of the provider, which only the provider fills.'],
  reconciled: ['reconciled', 'Asked of the provider itself: believed most.'],
};
