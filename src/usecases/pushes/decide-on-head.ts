import { NotFoundError } from '../../errors.ts';
import { gitRemote } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { decidePush, type PushDecision } from './push-decision.ts';
import { targetOf } from './push-target.ts';
import type { WebhookSource } from './webhook-source.ts';

/** Commit of the tracked branch at the remote; undefined when there is no such branch. */
export async function headOf(deps: Deps, source: WebhookSource, signal: AbortSignal): Promise<string | undefined> {
  const remote = await gitRemote(deps, source.application, source);
  const head = remote && (await deps.git.resolve(remote, source.branch, signal).catch(unlessGone));
  return head?.kind === 'branch' ? head.commit : undefined;
}

/** A deleted branch has no head. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}

/** Decides as for a push of the branch: by skip keywords and watched paths, as far as git can tell. */
export async function decideOnHead(deps: Deps, source: WebhookSource, commit: string): Promise<PushDecision> {
  const { branch, commitSha } = source;
  return decidePush(deps.git, targetOf(deps, source), {
    kind: 'branch',
    name: branch,
    before: commitSha ?? undefined,
    after: commit,
    forced: false,
    skips: undefined,
    paths: undefined,
    complete: false,
    title: undefined,
    author: undefined,
  });
}
