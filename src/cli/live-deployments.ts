import { setTimeout as delay } from 'node:timers/promises';
import type { Screen } from '../bots/console/screen.ts';
import { UnavailableError, UserError } from '../errors.ts';
import type { Reply } from '../replies/reply.ts';
import type { Client } from './client.ts';

/** Pause between two looks at a deployment, milliseconds. */
const pollMs = 500;

export interface LiveDeployments {
  /** Shows the deployment that the reply is about, if there is one, until it has ended. */
  replied(reply: Reply): void;
  /** Shows nothing any more. */
  stop(): void;
  /** Once every deployment has ended, or was stopped to be shown. */
  ended(): Promise<void>;
}

/** The deployments that were started at this console, drawn in place as chat shows them. */
export function showDeployments(client: Client, screen: Screen): LiveDeployments {
  const stopping = new AbortController();
  const shown = new Map<string, Promise<void>>();

  async function show(id: string): Promise<void> {
    let drawn: string | undefined;
    while (!stopping.signal.aborted) {
      const view = await look(id);
      if (stopping.signal.aborted) return;
      const now = JSON.stringify(view?.message);
      if (view && now !== drawn) screen.show(id, view.message);
      if (view) drawn = now;
      if (view?.finished) return;
      await delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  /** A server that is started anew is waited for. */
  async function look(id: string) {
    try {
      return await client.message(id);
    } catch (error) {
      if (error instanceof UnavailableError) return undefined;
      throw error;
    }
  }

  return {
    replied({ deploymentId }) {
      if (deploymentId === undefined || shown.has(deploymentId)) return;
      const showing = show(deploymentId)
        .catch((error: unknown) => {
          if (!(error instanceof UserError)) throw error;
          screen.print({ tone: 'danger', text: error.message });
        })
        .finally(() => shown.delete(deploymentId));
      shown.set(deploymentId, showing);
    },
    stop: () => stopping.abort(),
    async ended() {
      await Promise.all(shown.values());
    },
  };
}
