import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { type GitProvider, gitProviders } from '../../entities/git-provider.ts';
import { TooManyRequestsError, UnavailableError } from '../../errors.ts';
import { createDeliveryReader, type DeliveryReader } from '../../git-hosts/delivery-reader.ts';
import { namedRepositories } from '../../git-hosts/named-repositories.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import type { RawDelivery } from '../../git-hosts/webhook.ts';
import { findWebhookSender, sourcesFor } from '../../usecases/pushes/find-webhook-sources.ts';
import { type Delivery, type DeliveryOutcome, handlePush, recordIgnored } from '../../usecases/pushes/handle-push.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { BodyGate } from '../bodies/body-gate.ts';
import { BodyRefusedError } from '../bodies/body-refused-error.ts';
import { checkHeaders } from '../bodies/read-body.ts';
import { clientAddress } from '../client-address.ts';
import { noteWebhook, type WebhookResult } from './webhook-result.ts';

/** As `webhook_deliveries.delivery_id` holds it; the hosts send UUIDs. */
const maxDeliveryId = 255;

/** `POST /webhooks/<provider>`; the URL names the provider, which is never guessed from the request. */
export function webhookRouter(deps: Deps, bodies: BodyGate): Router {
  const router = Router();
  const reader = createDeliveryReader();
  for (const provider of gitProviders) {
    router.post(
      `/webhooks/${provider}`,
      (_request, response, next) => {
        noteWebhook(response, { provider });
        next();
      },
      async (request, response) => readRequest({ deps, bodies, reader, provider }, request, response),
    );
  }
  router.use('/webhooks', bodyRefused);
  return router;
}

/** One of the addresses that git hosts send to. */
interface Entry {
  deps: Deps;
  bodies: BodyGate;
  reader: DeliveryReader;
  provider: GitProvider;
}

/** What is not signed is not read; what is read counts as unverified until it is answered. */
async function readRequest(entry: Entry, request: Request, response: Response): Promise<void> {
  const { bodies, provider } = entry;
  const { webhook } = gitHosts[provider];
  const { headers } = request;
  checkHeaders(request, webhook.mostBytes);
  if (!webhook.isSigned({ headers, body: Buffer.alloc(0) })) {
    return refuse(response, 401, 'The signature is missing. Set the secret in the webhook.');
  }
  const { bytes, release } = await bodies.read(request, clientAddress(request), webhook.mostBytes);
  try {
    await receiveDelivery(entry, { headers, body: bytes }, request, response);
  } finally {
    release();
  }
}

async function receiveDelivery(
  { deps, reader, provider }: Entry,
  raw: RawDelivery,
  request: Request,
  response: Response,
): Promise<void> {
  const { webhook } = gitHosts[provider];
  const sender = await findWebhookSender(deps, {
    provider,
    repositories: namedRepositories(raw.body, webhook.repositoryKey),
    bytes: raw.body.length,
    signedWith: (secrets) => reader.signedWith(provider, raw, secrets),
  });
  if (sender.kind === 'refused')
    return refuse(response, 401, 'The signature is wrong. Copy the secret again from `app connect`.');
  const read = await reader.read(provider, raw);
  if ('refused' in read) return refuse(response, 400, read.refused);
  const { bodyHash, parsed, repository } = read;
  const known = sourcesFor(sender, repository);
  if (!known) {
    if (parsed.kind === 'ignored') return void response.status(200).json({ ignored: parsed.why });
    return refuse(
      response,
      404,
      `No application uses \`${parsed.push.repository}\`. Connect one with \`app connect\`.`,
    );
  }
  const deliveryId = webhook.deliveryId(raw) ?? bodyHash;
  if (deliveryId.length > maxDeliveryId) {
    return refuse(response, 400, `The delivery id is longer than ${maxDeliveryId} characters.`);
  }
  const delivery: Delivery = {
    provider,
    deliveryId,
    signedBy: known.signedBy,
    bodyHash,
    event: parsed.event,
    repository: repository ?? '',
    audit: { ipAddress: clientAddress(request), userAgent: request.get('user-agent')?.slice(0, 500) },
  };
  const outcome =
    parsed.kind === 'push'
      ? await handlePush(deps, delivery, parsed.push, known.sources)
      : await recordIgnored(deps, delivery, parsed.why);
  answer(response, provider, outcome);
}

function answer(response: Response, provider: GitProvider, outcome: DeliveryOutcome): void {
  noteWebhook(response, { provider, outcome: outcomeName(outcome) });
  response.status('deployments' in outcome ? 202 : 200).json(outcome);
}

function outcomeName(outcome: DeliveryOutcome): NonNullable<WebhookResult['outcome']> {
  if ('deployments' in outcome) return 'accepted';
  return 'duplicate' in outcome ? 'duplicate' : 'ignored';
}

function refuse(response: Response, status: BodyRefusedError['status'] | 401 | 404 | 503, error: string): void {
  response.status(status).json({ error });
}

const bodyRefused: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof BodyRefusedError) return refuse(response, error.status, error.message);
  // Not 429: Bitbucket sends again after 5xx only, and older GitLabs switch a webhook off for good after a few 4xx.
  if (error instanceof TooManyRequestsError || error instanceof UnavailableError) {
    response.set('Retry-After', '5');
    return refuse(response, 503, error.message);
  }
  next(error);
};
