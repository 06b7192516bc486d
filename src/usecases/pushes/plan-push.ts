import { randomUUID } from 'node:crypto';
import type { CommitRange } from '../../entities/deployment-metadata.ts';
import type { Push, PushedRef } from '../../git-hosts/push.ts';
import { readableRemote } from '../applications/application-environment.ts';
import { readRange } from '../deployments/commit-range.ts';
import type { Deps } from '../deps.ts';
import type { Planned } from './delivery.ts';
import { movesBackwards, readVersions } from './moves-backwards.ts';
import { decidePush, patience, type PushTarget } from './push-decision.ts';
import { targetOf } from './push-target.ts';
import type { WebhookSource } from './webhook-source.ts';

/** Git is asked about one push for no longer, however many applications it feeds: a host's patience ends at 10 s. */
const planMs = 6_000;

/**
 * What a push is to deploy, and why nothing to others. Runs before any transaction, since it asks git for what the payload
 * lacks; of all applications, the database is asked once.
 */
export async function planPush(
  deps: Deps,
  push: Push,
  sources: WebhookSource[],
): Promise<{ planned: Planned[]; reasons: string[] }> {
  const { reasons, wanted } = await decide(deps, push, sources);
  const versions = await readVersions(
    deps,
    wanted.map(({ commit, source, target }) => ({
      applicationId: source.application.id,
      commit,
      deployed: target.deployed,
    })),
  );
  const planned: Planned[] = [];
  for (const [at, { commit, note, ref, source, target }] of wanted.entries()) {
    const back = await movesBackwards(deps, versions[at], target, ref);
    if (back === undefined) {
      const range = await rangeFor(deps, source, target, commit);
      planned.push({ id: randomUUID(), source, ref, commit, seen: versions[at]?.newest, note, range });
    } else {
      reasons.add(back);
    }
  }
  return { planned, reasons: [...reasons] };
}

interface Wanted {
  source: WebhookSource;
  target: PushTarget;
  ref: PushedRef;
  commit: string;
  note: string | undefined;
}

/** By the refs, skip markers and watched paths. */
async function decide(
  deps: Deps,
  push: Push,
  sources: WebhookSource[],
): Promise<{ wanted: Wanted[]; reasons: Set<string> }> {
  const wanted: Wanted[] = [];
  const reasons = new Set<string>();
  const deadline = AbortSignal.timeout(planMs);
  for (const source of sources) {
    for (const pushed of push.refs) {
      const target = { ...targetOf(deps, source), deadline };
      const ref = await withCommit(deps, target, pushed);
      const decision = await decidePush(deps.git, target, ref);
      if (!decision.deploy) reasons.add(decision.why);
      else if (ref.after) wanted.push({ source, target, ref, commit: ref.after, note: decision.note });
    }
  }
  return { wanted, reasons };
}

/**
 * Gitea sends the own id of an annotated tag and no commit, so git is asked. A host that does not answer in time costs
 * nothing: the checkout asks again.
 */
async function withCommit(deps: Deps, target: PushTarget, ref: PushedRef): Promise<PushedRef> {
  if (ref.kind !== 'tag' || ref.title !== undefined || ref.after === undefined) return ref;
  const signal = patience(target);
  try {
    const remote = await target.remote();
    return remote ? { ...ref, after: (await deps.git.resolve(remote, ref.after, signal)).commit } : ref;
  } catch {
    return ref;
  }
}

/** Commit range for approvers. */
async function rangeFor(
  deps: Deps,
  source: WebhookSource,
  target: PushTarget,
  to: string,
): Promise<CommitRange | undefined> {
  const { application } = source;
  if (!application.sourceConfig.protected) return undefined;
  const signal = patience(target);
  const remote = await readableRemote(deps, application, source);
  return readRange(deps, { application, remote, from: target.deployed, to, signal });
}
