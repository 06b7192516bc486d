import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { PushedImage } from '../../git-hosts/images/image-webhook.ts';
import { DeploymentHeldError } from '../deployments/hold/deployment-hold.ts';
import { requestDeployment } from '../deployments/request/request-deployment.ts';
import type { Deps } from '../deps.ts';
import type { Delivery, DeliveryOutcome } from './delivery.ts';
import { type ImageApplication, imageFor, type PlannedImage, readImageApplications } from './image-applications.ts';
import { newestStatuses } from './newest-commit.ts';
import { correctDelivery, lockApplications, storeOnce } from './store-delivery.ts';

interface Going extends PlannedImage {
  id: string;
  application: ImageApplication;
}

/**
 * Stores the delivery and queues a deployment of the pushed image for each application of the project that runs it, all in
 * one transaction. Where the registry says no digest, the checkout of the image finds it out and pins it.
 */
export async function handleImagePush(
  deps: Deps,
  delivery: Delivery,
  { images, pusher }: { images: PushedImage[]; pusher: string },
  project: { id: string; name: string },
): Promise<DeliveryOutcome> {
  const { planned, reasons } = await plan(deps, project, images);
  const [first] = images;
  const outcome = outcomeOf(delivery, planned, reasons);
  return deps.database.asSystem().transactional(async (em) => {
    await lockApplications(
      em,
      planned.map(({ application }) => application.id),
    );
    const stored = await storeOnce(em, delivery, first && { name: first.tag, after: undefined }, outcome);
    if (!stored) return { duplicate: true };
    const going: Going[] = [];
    const held: string[] = [];
    for (const one of planned) {
      const there = await alreadyThere(em, one);
      const why = there ?? (await requestFor(deps, em, one, delivery, pusher));
      if (why === undefined) going.push(one);
      else (there === undefined ? held : reasons).push(why);
    }
    if (going.length === planned.length) return outcome;
    return correctDelivery(em, delivery, outcomeOf(delivery, going, reasons, held));
  });
}

async function plan(
  deps: Deps,
  project: { id: string; name: string },
  images: PushedImage[],
): Promise<{ planned: Going[]; reasons: string[] }> {
  const planned: Going[] = [];
  const reasons = new Set<string>();
  for (const application of await readImageApplications(deps, project)) {
    const decided = await imageFor(deps, application, images);
    if (!decided) continue;
    if ('why' in decided) reasons.add(decided.why);
    else planned.push({ ...decided, application, id: randomUUID() });
  }
  if (planned.length === 0 && reasons.size === 0) {
    const names = [...new Set(images.map(({ host, repository }) => `\`${host ? `${host}/` : ''}${repository}\``))];
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    reasons.add(`no application of \`${project.name}\` runs ${names.slice(0, 3).join(', ')}${more}`);
  }
  return { planned, reasons: [...reasons] };
}

/** Why an image is not deployed that is live or waiting already, as after a registry sends a push again. */
async function alreadyThere(em: EntityManager, { application, digest, ref }: Going): Promise<string | undefined> {
  if (digest === undefined) return undefined;
  const { rows } = await executeSql<{ ref: string | null; image: string | null }>(
    em,
    `select metadata ->> 'ref' as ref, metadata ->> 'image' as image from deployments
     where application_id = $1 and status = any($2) order by started_at desc limit 1`,
    [application.id, newestStatuses],
  );
  const [newest] = rows;
  const isThere = newest?.ref === ref || newest?.image?.endsWith(`@${digest}`) === true;
  return isThere ? `\`${application.name}\` has or gets this image already` : undefined;
}

/** Returns the reason when a lock or freeze holds the deployment back. */
async function requestFor(
  deps: Deps,
  em: EntityManager,
  { application, id, ref }: Going,
  delivery: Delivery,
  pusher: string,
): Promise<string | undefined> {
  try {
    await requestDeployment(deps, em, {
      id,
      application,
      commit: null,
      ref,
      trigger: 'push',
      requestedBy: `${pusher} (${delivery.provider})`,
      audit: delivery.audit,
      auditDetails: { kind: 'image', provider: delivery.provider, delivery_id: delivery.deliveryId },
    });
    return undefined;
  } catch (error) {
    // It has written nothing, so the transaction can continue.
    if (!(error instanceof DeploymentHeldError)) throw error;
    return `${error.why}; later: \`deploy ${application.name}\``;
  }
}

function outcomeOf(
  { deliveryId }: Delivery,
  planned: Going[],
  reasons: string[],
  held: string[] = [],
): DeliveryOutcome {
  if (planned.length === 0) return { ignored: [...held, ...reasons].join('; ') || 'nothing to deploy' };
  const deployments = planned.map(({ application, id, ref }) => ({ id, application: application.name, image: ref }));
  return { deliveryId, deployments, ...(held.length > 0 && { held }) };
}
