import { executeSql } from '../../database/database.ts';
import { Deployment } from '../../entities/deployment.ts';
import { Preview } from '../../entities/preview.ts';
import { type GitHostApi, GitHostError } from '../../git-hosts/api.ts';
import { readUrls } from '../applications/application-address.ts';
import { findGitSource } from '../applications/application-environment.ts';
import { hasGitHostToken, openGitHostApi } from '../commit-statuses/git-host-token.ts';
import {
  type DeploymentWatch,
  type Due,
  watchDeployments,
  type WatchOptions,
} from '../deployments/watch-deployments.ts';
import type { Deps } from '../deps.ts';
import { commentText } from './comment-text.ts';

interface DueComment extends Due {
  preview: string;
  /** Of what the comment has to say. */
  key: string;
}

/**
 * Keeps one comment at each request that has a preview, edited in place: whoever reads the request finds its address and
 * its log. Its id is stored, so that a restarted Shipmate edits the same one.
 */
export function createPreviewReporter(deps: Deps, options: WatchOptions = {}): DeploymentWatch {
  const task = {
    name: 'preview comment',
    find: (ids: string[] | undefined) => findDueComments(deps, ids),
    lease: ({ preview }: DueComment) => `preview-comment:${preview}`,
    handle: (due: DueComment) => report(deps, due),
  };
  return watchDeployments(deps, task, options);
}

/** Of what is said: progress within a status is not, so that nobody gets a notification for each step. */
const keyOf = `md5(concat_ws(' ', p.state, p.reason, d.id, d.status, d.metadata #>> '{approval,state}'))`;

/** Previews whose comment says something else; those of closed requests for a day only. */
export async function findDueComments(
  { database }: Pick<Deps, 'database'>,
  ids: string[] | undefined,
): Promise<DueComment[]> {
  return database.querySystem<DueComment>(
    `select coalesce(d.id, p.id) as id, p.id as preview, s.id as source, ${keyOf} as key
     from previews p join applications a on a.id = p.application_id join git_sources s on s.application_id = a.id
     left join lateral (
       select id, status, metadata from deployments where application_id = p.variant_id order by started_at desc limit 1
     ) d on true
     where ${hasGitHostToken} and (d.id is not null or p.state = 'waiting')
       and (p.state <> 'closed' or (p.comment_id is not null and p.updated_at > now() - interval '1 day'))
       and p.comment_hash is distinct from ${keyOf}
       ${ids ? 'and d.id = any($1::uuid[])' : ''}
     order by p.updated_at limit 1000`,
    ids ? [ids] : [],
  );
}

async function report(deps: Deps, { key, preview: id }: DueComment): Promise<void> {
  const em = deps.database.asSystem();
  const preview = await em.findOne(Preview, id, { populate: ['application.project', 'variant.project'] });
  const source = preview && (await findGitSource(em, preview.application));
  const host = source && openGitHostApi(deps, preview.application, source);
  if (!host || preview.commentHash === key) return;
  const { variant } = preview;
  const [newest] = variant
    ? await em.find(Deployment, { application: variant }, { orderBy: { startedAt: 'desc' }, limit: 1 })
    : [];
  const [url] = variant ? await readUrls(em, deps.config, variant) : [];
  const text = commentText(deps, { preview, newest, url });
  try {
    await remember(deps, id, key, await write(host, source.repository, preview, text));
  } catch (error) {
    if (!(error instanceof GitHostError) || !error.refused) throw error;
    deps.logger.warn({ err: error, previewId: id }, 'the git host refused a comment');
    await remember(deps, id, key, preview.commentId ?? null);
  }
}

/** @returns the id of the comment: a new one when somebody has deleted the old one. */
async function write(
  host: GitHostApi,
  repository: string,
  { commentId, number }: Preview,
  text: string,
): Promise<string> {
  if (!commentId) return host.addComment(repository, number, text);
  try {
    await host.editComment(repository, number, commentId, text);
    return commentId;
  } catch (error) {
    if (!(error instanceof GitHostError) || (error.status !== 404 && error.status !== 410)) throw error;
    return host.addComment(repository, number, text);
  }
}

/** `updated_at` stays: it tells since when the preview is in its state. */
async function remember({ database }: Deps, id: string, key: string, commentId: string | null): Promise<void> {
  await executeSql(database.asSystem(), 'update previews set comment_hash = $2, comment_id = $3 where id = $1', [
    id,
    key,
    commentId,
  ]);
}
