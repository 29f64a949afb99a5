import { findNotification, findNotificationById } from '@mps-ledger/read-model';
import type { Freshness, StoredNotification, VisibleAccounts } from '@mps-ledger/read-model';
import { Problem } from '@mps-ledger/platform';
import { formatReceipt, parseReceipt } from '@mps-ledger/records';
import type { Receipt } from '@mps-ledger/records';
import { NOTIFICATION_ID_PATTERN } from './notification-parameters';
import type { Answer } from '../http/answer';
import type { QueryContext } from '../query-context';
import { checkReceipt, checkRecord, isApplied, rawAppliedOf } from '../tasks/receipts';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { notificationAnswer, onlyReceived } from './notification-answer';
import { notFound, nothingAt } from './notification-problems';

const UUID_V7 = new RegExp(NOTIFICATION_ID_PATTERN);

export interface NotificationRequest extends PositionOptions {
  /** A receipt or an id, as given. */
  readonly name: string;
}

/** Answers the state of a notification, by its receipt, or by its id (a rejected one has no receipt). */
export async function getNotification(context: QueryContext, request: NotificationRequest): Promise<Answer> {
  const name = readName(request.name);
  return answerAtPosition(context, request, () => byName(context, request.visible, name));
}

async function byName(context: QueryContext, visible: VisibleAccounts, name: NotificationName): Promise<Answer> {
  const found = await findByName(context, visible, name);
  const { freshness } = found;
  if (found.notification === null) return { freshness, body: () => onlyReceived(found.receipt) };
  return { freshness, body: () => notificationAnswer(found.notification, freshness) };
}

/** A notification that is applied, or, with null, one that is on the log according to its receipt. */
export type FoundByName =
  | { readonly freshness: Freshness; readonly notification: StoredNotification }
  | { readonly freshness: Freshness; readonly notification: null; readonly receipt: string };

/** A receipt, or the id of a notification. */
type NotificationName = Receipt | string;

/** Reads a receipt or an id; throws the problem of a text that is neither. */
export function readName(name: string): NotificationName {
  const receipt = parseReceipt(name);
  if (receipt !== null) return receipt;
  if (UUID_V7.test(name)) return name.toLowerCase();
  throw new Problem({
    status: 400,
    code: 'bad-receipt',
    detail:
      'This is neither a receipt (r1.<log id>.<L>.<partition>.<offset>.<check>) nor the id of a notification (a UUIDv7).',
    errors: [{ where: 'path.receipt', detail: `${JSON.stringify(name.slice(0, 100))} was given.` }],
  });
}

/** Finds a notification by its name. Throws the problem where it is not found. */
export function findByName(
  context: QueryContext,
  visible: VisibleAccounts,
  name: NotificationName,
): Promise<FoundByName> {
  return typeof name === 'string' ? byId(context, visible, name) : byReceipt(context, visible, name);
}

async function byReceipt({ db }: QueryContext, visible: VisibleAccounts, receipt: Receipt): Promise<FoundByName> {
  const { freshness, notification } = await findNotification(db, visible, receipt);
  checkReceipt(receipt, freshness);
  if (notification !== null) {
    checkRecord(receipt, notification.notificationId, freshness);
    return { freshness, notification };
  }
  const text = formatReceipt(receipt);
  if (isApplied(receipt, freshness)) throw nothingAt(receipt, freshness);
  if (receipt.offset > highestOffset(receipt, freshness))
    throw notFound(`${text} is higher than any offset that this log can hold.`, freshness);
  return { freshness, notification, receipt: text };
}

async function byId({ db }: QueryContext, visible: VisibleAccounts, id: string): Promise<FoundByName> {
  const { freshness, notification } = await findNotificationById(db, visible, id);
  if (notification !== null) return { freshness, notification };
  const { lagMs } = freshness;
  const age = lagMs === null ? 'was never complete' : `is complete as of ${lagMs} ms ago`;
  throw notFound(`No notification with this id is applied. The read model ${age}: retry if it came later.`, freshness);
}

/** Records that a partition takes in a second at most. */
const HIGHEST_RATE = 1_000_000;
/** Clocks and ages are not exact. */
const SLACK_SECONDS = 60;

/**
 * The highest raw offset that can exist. This app does not read the log, but knows where it ended when the read model was last
 * complete, and how long ago that was.
 */
function highestOffset(receipt: Receipt, freshness: Freshness): number {
  if (freshness.lagMs === null) return Number.MAX_SAFE_INTEGER;
  return rawAppliedOf(receipt, freshness) + HIGHEST_RATE * (freshness.lagMs / 1000 + SLACK_SECONDS);
}
