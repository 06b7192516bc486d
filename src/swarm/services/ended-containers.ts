export interface EndedHealth {
  unhealthy: boolean;
  /** What its last failed check printed. */
  checkSaid?: string | undefined;
}

/** What containers that have ended were asked already: they do not change any more, and each look sees all of them. */
export interface EndedContainers {
  /** Whether its health check was why, by the container's id; undefined for one that is not on this node. */
  unhealthy: Map<string, EndedHealth | undefined>;
  /** Ids of those that printed nothing. */
  silent: Set<string>;
}

export function rememberEnded(): EndedContainers {
  return { unhealthy: new Map(), silent: new Set() };
}
