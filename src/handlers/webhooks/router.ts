import { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { gitProviders } from '../../entities/git-provider.ts';
import { TooManyRequestsError, UnavailableError } from '../../errors.ts';
import { createDeliveryReader } from '../../git-hosts/delivery-reader.ts';
import { explainRefusal } from '../../git-hosts/explain-refusal.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import { createIntake } from '../../usecases/pushes/intake.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { BodyGate } from '../bodies/body-gate.ts';
import { BodyRefusedError } from '../bodies/body-refused-error.ts';
import { checkHeaders } from '../bodies/read-body.ts';
import { clientAddress } from '../client-address.ts';
import { type Entry, receiveDelivery } from './receive-delivery.ts';
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
    const audit = { ipAddress: clientAddress(request), userAgent: request.get('user-agent')?.slice(0, 500) };
    const { body, outcome, status } = await receiveDelivery(entry, { headers, body: bytes }, audit);
    if (outcome) noteWebhook(response, { provider: entry.provider, outcome });
    response.status(status).json(body);
  } finally {
    release();
  }
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
