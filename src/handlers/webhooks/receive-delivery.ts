import type { GitProvider } from '../../entities/git-provider.ts';
import type { DeliveryReader } from '../../git-hosts/delivery-reader.ts';
import { explainRefusal } from '../../git-hosts/explain-refusal.ts';
import { namedIds } from '../../git-hosts/named-repositories.ts';
import { gitHosts } from '../../git-hosts/registry.ts';
import type { NamedRepository, ParsedDelivery, RawDelivery } from '../../git-hosts/webhook.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Delivery } from '../../usecases/pushes/delivery.ts';
import {
  findSigningApp,
  findWebhookSender,
  movedSourcesFor,
  type ServedSources,
  sourcesFor,
  type UnverifiedDelivery,
} from '../../usecases/pushes/find-webhook-sources.ts';
import { followRepository } from '../../usecases/pushes/follow-repository.ts';
import { learnRepository } from '../../usecases/pushes/learn-repository.ts';
import { handlePush } from '../../usecases/pushes/handle-push.ts';
import { recordIgnored } from '../../usecases/pushes/store-delivery.ts';
import type { Intake } from '../../usecases/pushes/intake.ts';
import { takeInstallation } from '../../usecases/host-apps/take-installation.ts';
import { takeRequest } from '../../usecases/previews/take-request.ts';
import type { WebhookSource } from '../../usecases/pushes/webhook-source.ts';
import type { AuditSource } from '../../usecases/record-audit.ts';
import { answer, type DeliveryAnswer, maxDeliveryId, refuse } from './delivery-answer.ts';

/** One of the addresses that git hosts send to. */
export interface Entry {
  deps: Deps;
  intake: Intake;
  reader: DeliveryReader;
  provider: GitProvider;
}

/** Verifies a delivery and takes it; everything it led to is committed with the answer. */
export async function receiveDelivery(entry: Entry, raw: RawDelivery, audit: AuditSource): Promise<DeliveryAnswer> {
  const { deps, intake, provider, reader } = entry;
  const { webhook } = gitHosts[provider];
  const unverified: UnverifiedDelivery = {
    provider,
    repositories: webhook.named(raw.body),
    repositoryIds: () => namedIds(raw.body, webhook.idKey),
    app: webhook.appNumber?.(raw),
    bytes: raw.body.length,
    signedWith: (secrets) => reader.signedWith(provider, raw, secrets),
  };
  const recalled = await intake.recallSender(unverified);
  let sender = recalled ?? (await findWebhookSender(deps, unverified));
  if (sender.kind === 'refused') return refuse(401, explainRefusal(provider, raw, 'wrong'));
  const read = await reader.read(provider, raw);
  if ('refused' in read) return refuse(400, read.refused);
  const { bodyHash, parsed, repository } = read;
  const deliveryId = webhook.deliveryId(raw) ?? bodyHash;
  if (parsed.kind === 'installation') {
    const app = await findSigningApp(deps, unverified);
    return answer(await takeInstallation(deps, app, parsed.installation, { audit, deliveryId }));
  }
  const delivery = { provider, deliveryId, bodyHash, event: parsed.event, repository: repository?.name ?? '', audit };
  const fits = deliveryId.length <= maxDeliveryId;
  let known = sourcesFor(sender, repository);
  if (known && repository && fits && parsed.kind !== 'request') {
    await learnRepository(deps, known.sources, repository, audit);
    const { signedBy, sources } = known;
    const outcome = await intake.accept({ delivery: { ...delivery, signedBy }, event: parsed, sources });
    if (outcome) return answer(outcome);
  }
  if (recalled) {
    // What is remembered may be out of date, so it refuses nothing.
    sender = await findWebhookSender(deps, unverified);
    if (sender.kind === 'refused') return refuse(401, explainRefusal(provider, raw, 'wrong'));
    known = sourcesFor(sender, repository);
  }
  const moved = known ? undefined : movedSourcesFor(sender, repository);
  if (moved && repository && fits && parsed.kind !== 'ignored') {
    return takeMoved(entry, delivery, parsed, moved, repository);
  }
  if (!known && parsed.kind === 'ignored') return { status: 200, body: { ignored: parsed.why } };
  // An app hears of every repository that it is installed for.
  if (!known && unverified.app !== undefined) return { status: 200, body: { ignored: unused(repository) } };
  if (!known) return refuse(404, unused(repository));
  if (!fits) return refuse(400, `The delivery id is longer than ${maxDeliveryId} characters.`);
  const verified: Delivery = { ...delivery, signedBy: known.signedBy };
  return answer(await take(deps, verified, parsed, known.sources));
}

function unused(repository: NamedRepository | undefined): string {
  return `No application uses \`${repository?.name ?? ''}\`. Connect one with \`app connect\`.`;
}

type OfRepository = Exclude<ParsedDelivery, { kind: 'installation' }>;

async function take(deps: Deps, verified: Delivery, parsed: OfRepository, sources: WebhookSource[]) {
  if (parsed.kind === 'push') return handlePush(deps, verified, parsed.push, sources);
  if (parsed.kind === 'request') return takeRequest(deps, verified, parsed.request, sources);
  return recordIgnored(deps, verified, parsed.why);
}

/** A push to, or a request of, a repository that has another name now. */
async function takeMoved(
  { deps, provider }: Entry,
  delivery: Omit<Delivery, 'signedBy'>,
  parsed: OfRepository,
  moved: ServedSources,
  repository: NamedRepository,
): Promise<DeliveryAnswer> {
  const signed = { ...delivery, signedBy: moved.signedBy };
  const followed = await followRepository(deps, provider, moved, repository, delivery.audit);
  if ('why' in followed) return refuse(404, followed.why);
  return answer(await take(deps, signed, parsed, followed.sources));
}
