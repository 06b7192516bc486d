/** What became of a webhook request: the router notes it on the response, metrics count it. */
export interface WebhookResult {
  provider: string;
  /** Undefined for one that was refused; the status says why. */
  outcome?: 'accepted' | 'duplicate' | 'ignored';
}

/** Express's response, as far as it carries what was noted. */
interface Noted {
  locals: Record<string, unknown>;
}

const key = 'webhook';

export function noteWebhook(response: Noted, result: WebhookResult): void {
  response.locals[key] = result;
}

/** Undefined for requests that are no webhooks. */
export function webhookResult(response: Noted): WebhookResult | undefined {
  return response.locals[key] as WebhookResult | undefined;
}
