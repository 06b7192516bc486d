import { createHmac, randomUUID } from 'node:crypto';
import { labelKeys } from '../../src/swarm/labels.ts';
import { visit } from './ingress-fixture.ts';
import { requestHeaders, type RequestInTest, requestPayload } from './request-payloads.ts';
import type { RunningShipmate } from './shipmate.ts';
import { docker } from './swarm-fixture.ts';
import type { TestApp } from './test-app.ts';
import { until } from './until.ts';

/** Sends an event of a pull request, as GitHub does. */
export async function tellRequest(
  shipmate: RunningShipmate,
  { repository, secret }: Pick<TestApp, 'repository' | 'secret'>,
  request: Omit<RequestInTest, 'repository'>,
): Promise<unknown> {
  const body = JSON.stringify(requestPayload.github({ repository, ...request }));
  const response = await fetch(`${shipmate.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ...requestHeaders('github', request.happened),
    },
  });
  return response.json();
}

/** What runs a preview, and its newest deployment. */
export interface Variant {
  id: string;
  name: string;
  deployment: string;
}

/** Waits for a deployment of the preview, another one than `after`. */
export async function variantOf(shipmate: RunningShipmate, number: number, after?: string): Promise<Variant> {
  return until('the deployment of the preview', async () => {
    const [found] = await shipmate.rows<Variant>(
      `select v.id, v.name, (select d.id from deployments d where d.application_id = v.id order by started_at desc limit 1) as deployment
       from previews p join applications v on v.id = p.variant_id where p.number = $1`,
      [number],
    );
    return found?.deployment && found.deployment !== after ? found : undefined;
  });
}

/** What the Engine has with the label of an application. */
export async function leftOf(application: string) {
  const filters = { label: [`${labelKeys.application}=${application}`] };
  const { Volumes: volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
  return {
    services: (await docker.listServices({ filters })).length,
    containers: (await docker.listContainers({ all: true, filters })).length,
    images: (await docker.listImages({ filters })).length,
    networks: (await docker.listNetworks({ filters })).length,
    volumes: (volumes ?? []).length,
  };
}

/** Undefined while nothing is served there. */
export async function answerOf({ ingressPort }: RunningShipmate, host: string): Promise<string | undefined> {
  const answer = await visit(ingressPort, host).catch(() => undefined);
  return answer?.status === 200 ? answer.body : undefined;
}
