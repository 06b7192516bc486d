import { gitRemote } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { sourceName } from './delivery.ts';
import type { PushTarget } from './push-decision.ts';
import type { WebhookSource } from './webhook-source.ts';

/** The application of a source, as a push is decided on for it. */
export function targetOf(deps: Deps, source: WebhookSource): PushTarget {
  let remote: ReturnType<PushTarget['remote']> | undefined;
  return {
    name: sourceName(source),
    branch: source.branch,
    source: source.application.sourceConfig,
    deployed: source.commitSha ?? undefined,
    remote: () => (remote ??= gitRemote(deps, source.application, source)),
  };
}
