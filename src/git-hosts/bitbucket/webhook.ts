import { z } from 'zod';
import { serverOfPage } from '../clone-url.ts';
import { namedRepositories } from '../named-repositories.ts';
import { CommitId, type PushedRef, RefName, RepositoryName } from '../push.ts';
import { summarise } from '../pushed-commits.ts';
import { ShownFlag, shownList, shownObject, ShownText } from '../shown.ts';
import { isPrefixedHmac, makeTextSecret } from '../signatures.ts';
import { type GitHostWebhook, header } from '../webhook.ts';
import { parsePullRequest } from './pull-request.ts';

const Repository = z.object({
  repository: z.object({
    full_name: RepositoryName,
    uuid: ShownText,
    links: shownObject({ html: shownObject({ href: ShownText }) }),
  }),
});

const Target = z.object({
  hash: CommitId,
  message: ShownText,
  author: shownObject({ raw: ShownText }),
});
const Side = z.object({ type: z.string(), name: RefName, target: Target });

const Push = Repository.extend({
  actor: shownObject({ nickname: ShownText, display_name: ShownText }),
  push: z.object({
    changes: z.array(
      z.object({
        old: Side.nullish(),
        new: Side.nullish(),
        forced: ShownFlag,
        truncated: ShownFlag,
        commits: shownList(z.object({ message: ShownText })),
      }),
    ),
  }),
});

/**
 * Bitbucket Cloud: at most five commits a change, newest first, and no paths.
 * @see https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/#Push
 */
export const webhook: GitHostWebhook = {
  mostBytes: 256 * 1024,
  named: (body) => namedRepositories(body, 'full_name'),
  idKey: 'uuid',
  makeSecret: makeTextSecret,
  deliveryId: (delivery) => header(delivery, 'x-request-uuid'),
  isSigned: (delivery) => header(delivery, 'x-hub-signature') !== undefined,
  verify: (delivery, secret) => isPrefixedHmac(header(delivery, 'x-hub-signature'), delivery.body, secret),
  repository(payload) {
    const { repository } = Repository.safeParse(payload).data ?? {};
    if (!repository) return undefined;
    const { full_name, links, uuid } = repository;
    const server = serverOfPage(links?.html?.href, full_name);
    return { name: full_name, id: uuid ?? undefined, server, cloneUrls: [] };
  },
  parse(delivery, payload) {
    const event = header(delivery, 'x-event-key') ?? 'unknown';
    if (event === 'diagnostics:ping') return { kind: 'ignored', event, why: 'ping: the webhook works' };
    if (event.startsWith('pullrequest:') && !/comment|changes_request|approv/.test(event)) {
      return { kind: 'request', event, request: parsePullRequest(event, payload) };
    }
    if (event !== 'repo:push') {
      const why = `event \`${event}\` deploys nothing; \`repo:push\` and those of pull requests do`;
      return { kind: 'ignored', event, why };
    }
    const { actor, push, repository } = Push.parse(payload);
    const pusher = actor?.nickname ?? actor?.display_name ?? 'somebody';
    return {
      kind: 'push',
      event,
      push: { repository: repository.full_name, pusher, refs: push.changes.flatMap(toRef) },
    };
  },
};

function toRef(change: z.infer<typeof Push>['push']['changes'][number]): PushedRef[] {
  const side = change.new ?? change.old;
  if (!side) return [];
  const commits = change.commits ?? [];
  return [
    {
      kind: side.type === 'tag' || side.type === 'annotated_tag' ? 'tag' : 'branch',
      name: side.name,
      before: change.old?.target.hash,
      after: change.new?.target.hash,
      forced: change.forced === true,
      ...summarise(commits.map(({ message }) => ({ message: message ?? '', paths: undefined }))),
      complete: change.commits != null && change.truncated !== true,
      title: change.new?.target.message?.split('\n')[0],
      author: change.new?.target.author?.raw?.replace(/\s*<.*>$/, ''),
    },
  ];
}
