import { setTimeout as delay } from 'node:timers/promises';
import { isFinished } from '../../entities/deployment.ts';
import type { User } from '../../entities/user.ts';
import { readDeployment, readLogAfter } from '../deployments/read-deployments.ts';
import type { Deps } from '../deps.ts';
import type { OutputEvent } from './output-events.ts';

/** Pause between two looks, milliseconds. */
const pollMs = 700;

/** The log of a deployment from its beginning, until it has ended or `signal` aborts. */
export async function* followDeployment(
  deps: Deps,
  user: User,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<OutputEvent[]> {
  let after = 0;
  while (!signal.aborted) {
    const deployment = await readDeployment(deps, user, id);
    const lines = await readLogAfter(deps, user, { deployment, after });
    after = lines.at(-1)?.id ?? after;
    yield lines.map(({ createdAt, message }) => ({
      kind: 'line',
      time: createdAt === null ? '' : new Date(createdAt).toISOString(),
      text: message,
    }));
    if (lines.length > 0) continue;
    if (isFinished(deployment)) {
      yield [{ kind: 'end', text: 'The deployment has ended.' }];
      return;
    }
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
