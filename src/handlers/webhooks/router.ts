import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { gitProviders } from '../../entities/git-provider.ts';
import { imageRegistries, type ImageRegistry } from '../../entities/image-registry.ts';
import { TooManyRequestsError, UnavailableError } from '../../errors.ts';
import { createDeliveryReader } from '../../git-hosts/delivery-reader.ts';
import { explainRefusal } from '../../git-hosts/explain-refusal.ts';
import { imageWebhooks } from '../../git-hosts/images/registry.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { createIntake } from '../../usecases/pushes/intake.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { AuditSource } from '../../usecases/record-audit.ts';
import type { BodyGate } from '../bodies/body-gate.ts';
import { BodyRefusedError } from '../bodies/body-refused-error.ts';
import { checkHeaders } from '../bodies/read-body.ts';
import { clientAddress } from '../client-address.ts';
import { type Entry, receiveDelivery } from './receive-delivery.ts';
import { mostImageBytes, receiveImages } from './receive-images.ts';
import { noteWebhook } from './webhook-result.ts';

/** `POST /webhooks/<provider>`; the URL names the provider, which is never guessed from the request. */
export function webhookRouter(deps: Deps, bodies: BodyGate): Router {
  const router = Router();
  const shared = { deps, intake: createIntake(deps), reader: createDeliveryReader() };
  for (const provider of gitProviders) {
    router.post(
      `/webhooks/${provider}`,
      (_request, response, next) => {
        noteWebhook(response, { provider });
        next();
      },
      async (request, response) => readRequest({ ...shared, provider }, bodies, request, response),
    );
  }
  for (const path of ['/webhooks/images/:registry/:source', '/webhooks/images/:registry/:source/:secret']) {
    router.post(path, async (request, response, next) => {
      const registry = imageRegistries.find((one) => one === request.params['registry']);
      if (!registry || ('secret' in request.params && !imageWebhooks[registry].secretInUrl)) return next();
      noteWebhook(response, { provider: registry });
      await readImages(deps, bodies, registry, request, response);
    });
  }
  router.use('/webhooks', bodyRefused);
  return router;
}

/** What is not signed is not read; what is read counts as unverified until it is answered. */
async function readRequest(entry: Entry, bodies: BodyGate, request: Request, response: Response): Promise<void> {
  const { webhook } = gitHosts[entry.provider];
  const { headers } = request;
  checkHeaders(request, webhook.mostBytes);
  const unread = { headers, body: Buffer.alloc(0) };
  if (!webhook.isSigned(unread)) return refuse(response, 401, explainRefusal(entry.provider, unread, 'missing'));
  const { bytes, release } = await bodies.read(request, clientAddress(request), webhook.mostBytes);
  try {
    const { body, outcome, status } = await receiveDelivery(entry, { headers, body: bytes }, auditOf(request));
    if (outcome) noteWebhook(response, { provider: entry.provider, outcome });
    response.status(status).json(body);
  } finally {
    release();
  }
}

/** As above, for a registry of images. */
async function readImages(
  deps: Deps,
  bodies: BodyGate,
  registry: ImageRegistry,
  request: Request,
  response: Response,
): Promise<void> {
  const { headers } = request;
  checkHeaders(request, mostImageBytes);
  const urlSecret = textOf(request.params['secret']);
  const unread = { headers, urlSecret, body: Buffer.alloc(0) };
  if (!imageWebhooks[registry].isSigned(unread)) {
    return refuse(response, 401, 'The secret is missing. Set it up as `app connect <app> --registry` says.');
  }
  const { bytes, release } = await bodies.read(request, clientAddress(request), mostImageBytes);
  try {
    const { body, outcome, status } = await receiveImages(deps, registry, {
      delivery: { headers, urlSecret, body: bytes },
      source: textOf(request.params['source']) ?? '',
      audit: auditOf(request),
    });
    if (outcome) noteWebhook(response, { provider: registry, outcome });
    response.status(status).json(body);
  } finally {
    release();
  }
}

function textOf(param: string | string[] | undefined): string | undefined {
  return typeof param === 'string' ? param : undefined;
}

function auditOf(request: Request): AuditSource {
  return { ipAddress: clientAddress(request), userAgent: request.get('user-agent')?.slice(0, 500) };
}

function refuse(response: Response, status: BodyRefusedError['status'] | 401 | 503, error: string): void {
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
