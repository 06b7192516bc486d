import { UnauthenticatedError, UserError } from '../../errors.ts';
import type { Followed } from '../../replies/reply.ts';
import { logUnexpected } from '../../unexpected-error.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Origin } from '../../usecases/origin.ts';
import { followDeployment } from '../../usecases/output/deployment-output.ts';
import type { OutputEvent } from '../../usecases/output/output-events.ts';
import type { Outputs } from '../../usecases/output/outputs.ts';
import { identify } from '../../usecases/people/identify.ts';

/** What is printed, in batches, until it ends or `signal` aborts. */
export type Follow = (followed: Followed, origin: Origin, signal: AbortSignal) => AsyncIterable<OutputEvent[]>;

export function followSource(deps: Deps, outputs: Outputs): Follow {
  async function* follow(followed: Followed, origin: Origin, signal: AbortSignal): AsyncGenerator<OutputEvent[]> {
    const user = await identify(deps, origin);
    if (!user) throw new UnauthenticatedError('Your account isn’t linked any more.');
    if ('deployment' in followed) return yield* followDeployment(deps, user, followed.deployment, signal);
    const person = { userId: user.id, generation: user.sessionGeneration };
    const follower = { user, ticket: { until: Number.POSITIVE_INFINITY, person } };
    const target = 'run' in followed ? { run: followed.run } : followed;
    for await (const batch of await outputs.open(target, follower, undefined, signal)) {
      yield batch.map(({ event }) => event);
    }
  }

  return async function* explained(...asked) {
    try {
      yield* follow(...asked);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(logUnexpected(deps, error, 'output could not be followed').sentence, { cause: error });
    }
  };
}
