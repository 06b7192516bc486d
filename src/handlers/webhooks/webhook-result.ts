/** The outcome of a webhook request: the router notes it on the response, metrics count it. */
export interface WebhookResult {
  provider: string;
  /** Undefined for a refused request; its status says why. */
  outcome?: 'accepted' | 'duplicate' | 'ignored';
}

/** The part of Express's response that carries the outcome. */
interface Noted {
  locals: Record<string, unknown>;
}

const key = 'webhook';

export function noteWebhook(response: Noted, result: WebhookResult): void {
  response.locals[key] = result;
}

/** Undefined for requests that are not webhooks. */
export function webhookResult(response: Noted): WebhookResult | undefined {
  return response.locals[key] as WebhookResult | undefined;
}
