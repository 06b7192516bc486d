/** Why a service has missing tasks. */
export interface ServiceTroubles {
  /** Tasks that ended by themselves in the last ten minutes, as far as Swarm remembers: five of each slot. */
  ended: number;
  /** When the last of them did, by the clock of its node. */
  lastEndedAt?: Date;
  /** What they say, and those that no node takes, newest first without duplicates. */
  errors: string[];
}
