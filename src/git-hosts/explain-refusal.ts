import type { IncomingHttpHeaders } from 'node:http';
import type { GitProvider } from '../entities/git-provider.ts';
import { gitHosts } from './registry.ts';
import { unsupportedHosts } from './unsupported-hosts.ts';
import { header, type RawDelivery } from './webhook.ts';

/** Standard Webhooks: a timestamp may be so far off, milliseconds. */
const toleranceMs = 5 * 60_000;

/** Why a delivery whose signature is missing or wrong was refused, as far as its headers tell, and what to do. */
export function explainRefusal(provider: GitProvider, raw: RawDelivery, problem: 'missing' | 'wrong'): string {
  const sender = senderOf(raw.headers);
  if (sender !== undefined && sender !== provider) return otherSender(sender);
  if (problem === 'missing') return 'The signature is missing. Set the secret in the webhook.';
  return oldSignature(raw) ?? 'The signature is wrong. Copy the secret again from `app connect`.';
}

type Sender = GitProvider | keyof typeof unsupportedHosts;

/** Gitea sends the headers of Gogs and GitHub as well as its own. */
function senderOf(headers: IncomingHttpHeaders): Sender | undefined {
  const agent = headers['user-agent'] ?? '';
  if (headers['x-forgejo-event'] !== undefined || headers['x-gitea-event'] !== undefined) return 'gitea';
  if (headers['x-gogs-event'] !== undefined) return 'gogs';
  if (headers['x-gitlab-event'] !== undefined) return 'gitlab';
  const event = headers['x-event-key'];
  if (event === 'repo:refs_changed' || agent.startsWith('Atlassian HttpClient')) return 'bitbucket-data-center';
  if (event !== undefined && event !== 'diagnostics:ping') return 'bitbucket';
  if (headers['x-github-event'] !== undefined) return 'github';
  return agent.startsWith('VSServices/') ? 'azure-devops' : undefined;
}

function otherSender(sender: Sender): string {
  if (sender === 'gogs' || sender === 'azure-devops') return unsupportedHosts[sender];
  return `This is a delivery of ${gitHosts[sender].title}. Send it to \`/webhooks/${sender}\`.`;
}

function oldSignature(raw: RawDelivery): string | undefined {
  const seconds = Number(header(raw, 'webhook-timestamp'));
  if (!Number.isFinite(seconds) || Math.abs(Date.now() - seconds * 1_000) <= toleranceMs) return undefined;
  const signed = new Date(seconds * 1_000);
  if (Number.isNaN(signed.getTime())) return undefined;
  return (
    `The delivery was signed at ${signed.toISOString()}, and the clock here is more than five minutes away from that. ` +
    'Set the clocks of both servers, then send it again.'
  );
}
