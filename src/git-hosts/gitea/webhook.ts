import { parsePush, webhook as github } from '../github/webhook.ts';
import { isHmac, isPrefixedHmac, makeTextSecret } from '../signatures.ts';
import { type GitHostWebhook, header, type RawDelivery } from '../webhook.ts';
import { parsePullRequest } from './pull-request.ts';

function bareSignature(delivery: RawDelivery): string | undefined {
  return header(delivery, 'x-forgejo-signature') ?? header(delivery, 'x-gitea-signature');
}

/**
 * Gitea and Forgejo. Their payloads follow GitHub's; they also send GitHub's headers.
 * @see https://docs.gitea.com/usage/webhooks
 */
export const webhook: GitHostWebhook = {
  // The host has no limit of its own.
  mostBytes: github.mostBytes,
  named: (body) => github.named(body),
  idKey: github.idKey,
  makeSecret: makeTextSecret,
  deliveryId: (delivery) =>
    header(delivery, 'x-forgejo-delivery') ?? header(delivery, 'x-gitea-delivery') ?? github.deliveryId(delivery),
  isSigned: (delivery) => bareSignature(delivery) !== undefined || github.isSigned(delivery),
  verify(delivery, secret) {
    const bare = bareSignature(delivery);
    if (bare !== undefined) return isHmac(bare, delivery.body, secret);
    return isPrefixedHmac(header(delivery, 'x-hub-signature-256'), delivery.body, secret);
  },
  repository: (payload) => github.repository(payload),
  parse(delivery, payload) {
    const named = header(delivery, 'x-forgejo-event') ?? header(delivery, 'x-gitea-event');
    const event = named ?? header(delivery, 'x-github-event') ?? 'unknown';
    if (event === 'pull_request') return { kind: 'request', event, request: parsePullRequest(payload) };
    return parsePush(event, payload);
  },
};
