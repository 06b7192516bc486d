import { createHash } from 'node:crypto';
import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { ZodError } from 'zod';
import { type GitProvider, gitProviders } from '../../entities/git-provider.ts';
import { TooManyRequestsError, UnavailableError } from '../../errors.ts';
import { namedRepositories } from '../../git-hosts/named-repositories.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { storableDelivery } from '../../git-hosts/storable-delivery.ts';
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
  for (const provider of gitProviders) {
    router.post(
      `/webhooks/${provider}`,
      (_request, response, next) => {
        noteWebhook(response, { provider });
        next();
      },
      async (request, response) => readDelivery(deps, bodies, provider, request, response),
    );
  }
  router.use('/webhooks', bodyRefused);
  return router;
}

/** What is not signed is not read; what is read counts as unverified until it is answered. */
async function readDelivery(
  deps: Deps,
  bodies: BodyGate,
  provider: GitProvider,
  request: Request,
  response: Response,
): Promise<void> {
  const { webhook } = gitHosts[provider];
  const { headers } = request;
  checkHeaders(request, webhook.mostBytes);
  if (!webhook.isSigned({ headers, body: Buffer.alloc(0) })) {
    return refuse(response, 401, 'The signature is missing. Set the secret in the webhook.');
  }
  const { bytes, release } = await bodies.read(request, clientAddress(request), webhook.mostBytes);
  try {
    await receiveDelivery(deps, provider, { headers, body: bytes }, request, response);
  } finally {
    release();
  }
}

async function receiveDelivery(
  deps: Deps,
  provider: GitProvider,
  raw: RawDelivery,
  request: Request,
  response: Response,
): Promise<void> {
  const { webhook } = gitHosts[provider];
  const sender = await findWebhookSender(deps, {
    provider,
    repositories: namedRepositories(raw.body, webhook.repositoryKey),
    bytes: raw.body.length,
    verify: (secret) => webhook.verify(raw, secret),
  });
  if (sender.kind === 'refused')
    return refuse(response, 401, 'The signature is wrong. Copy the secret again from `app connect`.');
  const payload = parseJson(raw.body);
  if (payload === undefined)
    return refuse(response, 400, 'The body is not JSON. Set the content type to application/json.');
  const repository = webhook.repository(payload);
  const parsed = parseOrExplain(provider, raw, payload);
  if (typeof parsed === 'string') return refuse(response, 400, parsed);
  const known = sourcesFor(sender, repository);
  if (!known) {
    if (parsed.kind === 'ignored') return void response.status(200).json({ ignored: parsed.why });
    return refuse(
      response,
      404,
      `No application uses \`${parsed.push.repository}\`. Connect one with \`app connect\`.`,
    );
  }
  const bodyHash = createHash('sha256').update(raw.body).digest('hex');
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

function refuse(response: Response, status: BodyRefusedError['status'] | 401 | 404 | 429 | 503, error: string): void {
  response.status(status).json({ error });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The parsed delivery, or a sentence naming the field that does not match the host's schema. */
function parseOrExplain(provider: GitProvider, raw: RawDelivery, payload: unknown) {
  try {
    return storableDelivery(gitHosts[provider].webhook.parse(raw, payload));
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const [issue] = error.issues;
    return `This is not a payload of ${provider}: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? ''}.`;
  }
}

const bodyRefused: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof BodyRefusedError) return refuse(response, error.status, error.message);
  if (error instanceof TooManyRequestsError) {
    response.set('Retry-After', String(Math.ceil(error.waitMs / 1_000)));
    return refuse(response, 429, error.message);
  }
  if (error instanceof UnavailableError) {
    response.set('Retry-After', '5');
    return refuse(response, 503, error.message);
  }
  next(error);
};
