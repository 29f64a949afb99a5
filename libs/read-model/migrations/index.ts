import { Tables1700000000001 } from './1700000000001-tables';
import { CursorKey1700000000002 } from './1700000000002-cursor-key';
import { LiveItem1700000000003 } from './1700000000003-live-item';
import { NotificationSession1700000000004 } from './1700000000004-notification-session';
import { Transition1700000000005 } from './1700000000005-transition';
import { Lists1700000000007 } from './1700000000007-lists';
import { Reports1700000000010 } from './1700000000010-reports';
import { TaskId1700000000013 } from './1700000000013-task-id';
import { EventEnd1700000000015 } from './1700000000015-event-end';
import { PostponedIndex1700000000018 } from './1700000000018-postponed-index';

/** All migrations of the projection, in order. */
export const MIGRATIONS = [
  Tables1700000000001,
  CursorKey1700000000002,
  LiveItem1700000000003,
  NotificationSession1700000000004,
  Transition1700000000005,
  Lists1700000000007,
  Reports1700000000010,
  TaskId1700000000013,
  EventEnd1700000000015,
  PostponedIndex1700000000018,
] as const;
