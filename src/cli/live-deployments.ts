import { setTimeout as delay } from 'node:timers/promises';
import type { Screen } from '../bots/console/screen.ts';
import { UnavailableError, UserError } from '../errors.ts';
import type { Reply } from '../replies/reply.ts';
import type { Client } from './client.ts';

/** Pause between two looks at a deployment, milliseconds. */
const pollMs = 500;
/** Pause between two looks for others, milliseconds. */
const lookMs = 2_000;

export interface LiveDeployments {
  /** Shows the deployment that the reply is about, if there is one, until it has ended. */
  replied(reply: Reply): void;
  /** Shows those that were asked for elsewhere as well, from now on. */
  watch(): void;
  /** Shows nothing any more. */
  stop(): void;
  /** Once every deployment has ended, or was stopped to be shown. */
  ended(): Promise<void>;
}

/** Deployments, drawn in place as chat shows them. */
export function showDeployments(client: Client, screen: Screen): LiveDeployments {
  const stopping = new AbortController();
  const shown = new Map<string, Promise<void>>();
  const seen = new Set<string>();

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

  function begin(id: string): void {
    if (shown.has(id)) return;
    seen.add(id);
    const showing = show(id)
      .catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        screen.print({ tone: 'danger', text: error.message });
      })
      .finally(() => shown.delete(id));
    shown.set(id, showing);
  }

  async function watchOthers(): Promise<void> {
    while (!stopping.signal.aborted) {
      const ids = await running();
      if (!ids) return;
      // One that has been drawn to its end may have been listed before.
      if (!stopping.signal.aborted) for (const id of ids.toReversed()) if (!seen.has(id)) begin(id);
      await delay(lookMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  /** Undefined of a server that does not tell: strangers, and Shipmate of an earlier version. */
  async function running(): Promise<string[] | undefined> {
    try {
      return await client.running();
    } catch (error) {
      if (error instanceof UnavailableError) return [];
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  return {
    replied({ deploymentId }) {
      if (deploymentId !== undefined) begin(deploymentId);
    },
    watch() {
      shown.set(
        'others',
        watchOthers().finally(() => shown.delete('others')),
      );
    },
    stop: () => stopping.abort(),
    async ended() {
      await Promise.all(shown.values());
    },
  };
}
