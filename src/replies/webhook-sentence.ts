import { hostApps } from '../git-hosts/registry.ts';
import type { WebhookOutcome, WebhookRepair } from '../usecases/connections/ensure-webhook.ts';

const repairs: Record<WebhookRepair, string> = {
  url: 'URL',
  events: 'events',
  inactive: 'switched on',
  format: 'content type',
  secret: 'secret',
};

/** Whether pushes are told without anybody adding a webhook. */
export function isSetUp({ kind }: WebhookOutcome): boolean {
  return kind === 'created' || kind === 'kept' || kind === 'app';
}

/** How it stands with the webhook; undefined where people add it by hand. */
export function webhookSentence(
  outcome: WebhookOutcome,
  { branch, path, title }: { title: string; path: string; branch: string },
): string | undefined {
  if (outcome.kind === 'by hand') return undefined;
  if (outcome.kind === 'unreachable' || outcome.kind === 'failed') return outcome.why;
  const deploys = `each push to \`${branch}\` is deployed`;
  if (outcome.kind === 'app') return `The ${hostApps.title} \`${outcome.app}\` reaches \`${path}\`: ${deploys}.`;
  if (outcome.kind === 'created') return `Shipmate added a webhook to \`${path}\` at ${title}: ${deploys}.`;
  if (outcome.repaired.length === 0) return `The webhook of \`${path}\` at ${title} is as it should be: ${deploys}.`;
  const repaired = outcome.repaired.map((one) => repairs[one]).join(', ');
  return `The webhook of \`${path}\` at ${title} is repaired (${repaired}): ${deploys}.`;
}
