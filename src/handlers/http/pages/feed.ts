import { deploymentChannel } from '../../../usecases/deployments/deployment-state.ts';
import type { Deps } from '../../../usecases/deps.ts';

/** NOTIFY is only a hint, so watchers also check this often, milliseconds. */
const pollMs = 3_000;

/** Notifies watchers of a deployment that it may have changed. */
export interface Feed {
  /** Calls `wake` on every change and periodically, and says which. Returns a function that stops it. */
  watch(deploymentId: string, wake: (changed: boolean) => void): () => void;
}

/** All watchers share one LISTEN and one timer, which exist only while there are watchers. */
export function createFeed({ database, logger }: Pick<Deps, 'database' | 'logger'>): Feed {
  const watchers = new Map<string, Set<(changed: boolean) => void>>();
  let poll: NodeJS.Timeout | undefined;
  let listening: Promise<() => Promise<void>> | undefined;

  function begin(): void {
    poll = setInterval(() => watchers.forEach((wakes) => wakes.forEach((wake) => wake(false))), pollMs);
    listening = database.listen(deploymentChannel, (id) => watchers.get(id)?.forEach((wake) => wake(true)));
    listening.catch((error: unknown) => logger.warn({ err: error }, 'pages get no change notices and poll instead'));
  }

  function end(): void {
    clearInterval(poll);
    listening?.then((stop) => stop()).catch(() => undefined);
    listening = undefined;
  }

  return {
    watch(deploymentId, wake) {
      if (watchers.size === 0) begin();
      const wakes = watchers.get(deploymentId) ?? new Set();
      watchers.set(deploymentId, wakes.add(wake));
      return () => {
        if (!wakes.delete(wake) || wakes.size > 0) return;
        watchers.delete(deploymentId);
        if (watchers.size === 0) end();
      };
    },
  };
}
