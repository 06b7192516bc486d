import type { DeliveryOutcome } from '../../usecases/pushes/delivery.ts';
import type { WebhookResult } from './webhook-result.ts';

/** As `webhook_deliveries.delivery_id` holds it; the hosts send UUIDs. */
export const maxDeliveryId = 255;

/** What the sender gets. */
export interface DeliveryAnswer {
  status: 200 | 202 | 400 | 401 | 404;
  body: DeliveryOutcome | { error: string };
  /** Undefined when it was refused. */
  outcome?: WebhookResult['outcome'];
}

export function answer(body: DeliveryOutcome): DeliveryAnswer {
  if ('deployments' in body || 'previews' in body) return { status: 202, body, outcome: 'accepted' };
  return { status: 200, body, outcome: 'duplicate' in body ? 'duplicate' : 'ignored' };
}

export function refuse(status: DeliveryAnswer['status'], error: string): DeliveryAnswer {
  return { status, body: { error } };
}
