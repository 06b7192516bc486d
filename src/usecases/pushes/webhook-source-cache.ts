import type { GitProvider } from '../../entities/git-provider.ts';
import { makeRoom } from '../../make-room.ts';
import type { Deps } from '../deps.ts';
import { type NamedSource, readSources } from './read-sources.ts';

/** NOTIFY channel; a webhook source, or what it says about its application, has changed. */
const sourcesChannel = 'webhook_sources';
/** Repositories that are remembered. */
const mostRepositories = 1_000;
/** How long they are, milliseconds: nothing that was missed lasts longer, and no secret stays in memory unused. */
const lastsMs = 30_000;

interface Remembered {
  sources: NamedSource[];
  until: number;
}

/**
 * Webhook sources by repository. It forgets everything when one of them changes, and remembers nothing while it does not
 * hear of changes. What it says may still be out of date by moments: it may find the sender of a delivery, never refuse
 * one, and `accept_deliveries` compares the version.
 */
export interface WebhookSourceCache {
  /** Of the repositories, ordered by id. */
  read(provider: GitProvider, repositories: string[]): Promise<NamedSource[]>;
}

export function createWebhookSourceCache(deps: Pick<Deps, 'cipher' | 'database' | 'logger'>): WebhookSourceCache {
  const remembered = new Map<string, Remembered>();
  let listening: Promise<unknown> | undefined;
  let hears = false;
  /** Counts what may have changed: an answer that was asked for before is not remembered. */
  let changes = 0;

  function forget(): void {
    changes += 1;
    remembered.clear();
  }

  function listen(): void {
    listening ??= deps.database
      .listen(sourcesChannel, forget, (connected) => {
        hears = connected;
        forget();
      })
      .then(
        () => {
          hears = true;
          forget();
        },
        (error: unknown) => {
          listening = undefined;
          deps.logger.warn({ err: error }, 'webhook sources are not cached');
        },
      );
  }

  function recall(key: string): NamedSource[] | undefined {
    const entry = remembered.get(key);
    return entry && entry.until > performance.now() ? entry.sources : undefined;
  }

  function remember(key: string, sources: NamedSource[]): void {
    remembered.delete(key);
    makeRoom(remembered, mostRepositories);
    remembered.set(key, { sources, until: performance.now() + lastsMs });
  }

  return {
    async read(provider, repositories) {
      listen();
      const names = [...new Set(repositories.map((name) => name.toLowerCase()))];
      const keyOf = (name: string) => `${provider} ${name}`;
      const known = hears ? names.map((name) => recall(keyOf(name))) : [];
      if (known.length > 0 && !known.includes(undefined)) {
        const sources = known.flatMap((found) => found ?? []);
        return known.length === 1 ? sources : sources.sort((one, other) => (one.id < other.id ? -1 : 1));
      }
      const asked = changes;
      const sources = await readSources(deps, provider, names);
      if (hears && asked === changes) {
        for (const name of names) {
          remember(
            keyOf(name),
            sources.filter(({ repository }) => repository.toLowerCase() === name),
          );
        }
      }
      return sources;
    },
  };
}
