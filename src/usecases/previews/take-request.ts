import { randomUUID } from 'node:crypto';
import { executeSql, type EntityManager } from '../../database/database.ts';
import type { ChangeRequest } from '../../git-hosts/change-request.ts';
import type { Deps } from '../deps.ts';
import { type Delivery, type DeliveryOutcome, sourceName } from '../pushes/delivery.ts';
import { correctDelivery, storeOnce } from '../pushes/store-delivery.ts';
import type { WebhookSource } from '../pushes/webhook-source.ts';
import { forkUrl } from './fork-url.ts';
import { enqueueSettling } from './preview-jobs.ts';

/** The label by which a member lets the present head of a request from outside run. */
export const approvingLabel = 'preview';

/**
 * Stores what happened to a request, once, for every application that has previews; jobs do the rest. Everything is
 * committed when this returns.
 * @param sources Git sources covered by the delivery's signature.
 */
export async function takeRequest(
  deps: Deps,
  delivery: Delivery,
  request: ChangeRequest,
  sources: WebhookSource[],
): Promise<DeliveryOutcome> {
  return deps.database.asSystem().transactional(async (em) => {
    const ref = { name: request.branch, after: request.commit?.length === 40 ? request.commit : undefined };
    const why = whyNot(request, sources);
    if (!(await storeOnce(em, delivery, ref, { ignored: why ?? '' }))) return { duplicate: true };
    if (why !== undefined) return { ignored: why };
    const previews: PreviewNews[] = [];
    for (const source of sources) {
      const becomes = await store(deps, em, request, source);
      if (becomes) previews.push({ application: sourceName(source), number: request.number, becomes });
    }
    const { deliveryId } = delivery;
    if (previews.length > 0) return correctDelivery(em, delivery, { deliveryId, previews });
    return correctDelivery(em, delivery, { ignored: `request ${request.number} has no preview, or has changed since` });
  });
}

type PreviewNews = Extract<DeliveryOutcome, { previews: unknown }>['previews'][number];

function whyNot({ commit, happened, number }: ChangeRequest, sources: WebhookSource[]): string | undefined {
  if (happened === 'other') return `nothing about request ${number} changes its preview`;
  // What is to be closed is closed, whatever the setting says now.
  if (happened === 'closed' || happened === 'merged') return undefined;
  const [first] = sources;
  if (sources.some(({ application }) => application.sourceConfig.previews)) {
    return commit === undefined ? `request ${number} has no commits, or their repository is gone` : undefined;
  }
  return `previews are off: \`app set ${first ? sourceName(first) : '<app>'} previews=on\``;
}

/** What becomes of the application's preview; undefined when the event is late or means nothing to it. */
async function store(
  deps: Deps,
  em: EntityManager,
  request: ChangeRequest,
  source: WebhookSource,
): Promise<'open' | 'closed' | undefined> {
  if (request.happened === 'closed' || request.happened === 'merged') return close(deps, em, request, source);
  const { commit, sender } = request;
  if (!source.application.sourceConfig.previews || commit === undefined) return undefined;
  const asks = request.happened === 'labelled' && (await wasLabelled(em, request, source));
  const { rows } = await executeSql<{ id: string }>(em, upsert, [
    randomUUID(),
    source.application.id,
    request.number,
    request.title ?? null,
    request.author?.name ?? null,
    request.author?.id ?? null,
    request.branch,
    request.ref,
    commit,
    forkUrl(source.application.sourceConfig.clone_url, request) ?? null,
    request.fromFork,
    request.byMember ?? null,
    request.at ?? null,
    request.happened === 'opened' || asks,
    hasLabel(request) ?? null,
    // It is told by an event of its own that a request was opened with labels.
    request.happened !== 'opened' && hasLabel(request) === true,
  ]);
  const [stored] = rows;
  if (!stored) return undefined;
  await enqueueSettling(deps, stored.id, em, asks && sender ? { labelled: { ...sender, commit } } : {});
  return 'open';
}

/** Whether the request has the approving label now, where the host tells all labels. */
function hasLabel({ allLabels }: ChangeRequest): boolean | undefined {
  return allLabels?.includes(approvingLabel);
}

/**
 * Whether this event put the approving label: one that was there before approves no later head. What nobody knows of an
 * unknown request counts as there before.
 */
async function wasLabelled(
  em: EntityManager,
  request: ChangeRequest,
  { application }: WebhookSource,
): Promise<boolean> {
  if (request.labels.includes(approvingLabel)) return true;
  if (!hasLabel(request)) return false;
  const { rows } = await executeSql<{ labelled: boolean }>(
    em,
    'select labelled from previews where application_id = $1 and number = $2 for update',
    [application.id, request.number],
  );
  return rows[0]?.labelled === false;
}

/**
 * Events may arrive late; of one second, as hosts tell the time, the last to come counts. An abbreviated head that git
 * has completed stays. A closed preview comes back with a new commit, or when the request is opened again.
 */
const upsert = `insert into previews as p
    (id, application_id, number, title, author, author_id, branch, ref, commit_sha, clone_url, from_fork, by_member, changed_at, labelled)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $16)
  on conflict (application_id, number) do update set
    title = excluded.title, branch = excluded.branch, ref = excluded.ref, clone_url = excluded.clone_url,
    author = coalesce(p.author, excluded.author), author_id = coalesce(p.author_id, excluded.author_id),
    commit_sha = case when starts_with(p.commit_sha, excluded.commit_sha) then p.commit_sha else excluded.commit_sha end,
    from_fork = excluded.from_fork, by_member = coalesce(excluded.by_member, p.by_member),
    state = case when p.state = 'closed' and ($14 or not starts_with(p.commit_sha, excluded.commit_sha)) then 'open' else p.state end,
    reason = case when p.state = 'closed' and ($14 or not starts_with(p.commit_sha, excluded.commit_sha)) then null else p.reason end,
    labelled = coalesce($15, p.labelled), changed_at = coalesce(excluded.changed_at, p.changed_at), active_at = now(), updated_at = now()
  where p.changed_at is null or excluded.changed_at is null or excluded.changed_at >= p.changed_at
  returning id`;

async function close(
  deps: Deps,
  em: EntityManager,
  { at, happened, number }: ChangeRequest,
  { application }: WebhookSource,
): Promise<'closed' | undefined> {
  const { rows } = await executeSql<{ id: string }>(
    em,
    `update previews set state = 'closed', reason = $3, changed_at = coalesce($4, changed_at), updated_at = now()
     where application_id = $1 and number = $2 and state <> 'closed'
       and (changed_at is null or $4::timestamptz is null or $4 >= changed_at)
     returning id`,
    [application.id, number, `the request was ${happened}`, at ?? null],
  );
  const [closed] = rows;
  if (!closed) return undefined;
  await enqueueSettling(deps, closed.id, em);
  return 'closed';
}
