import type { Deps } from '../deps.ts';

/** Tells when nodes on which tasks of followed services ran go away and come back: the Engine leaves out their lines. */
export interface NodeNotes {
  /** What has changed since the last look. */
  look(services: readonly string[]): Promise<string[]>;
}

export function createNodeNotes({ swarm }: Pick<Deps, 'swarm'>): NodeNotes {
  const used = new Set<string>();
  const away = new Set<string>();
  return {
    async look(services) {
      const found = await Promise.all(services.map((name) => swarm.nodesOf(name)));
      for (const id of found.flat()) used.add(id);
      const notes: string[] = [];
      for (const { hostname, id, state } of await swarm.nodes()) {
        if (!used.has(id) || (state === 'ready') !== away.has(id)) continue;
        if (away.delete(id)) notes.push(`Node \`${hostname}\` is back.`);
        else {
          away.add(id);
          notes.push(`Node \`${hostname}\` is away: lines of its tasks are missing until it is back.`);
        }
      }
      return notes;
    },
  };
}
