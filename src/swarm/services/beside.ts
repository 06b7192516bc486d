/** What runs beside a service. */
export interface Beside {
  /** The service whose image, network, variables, secrets, volumes, limits and nodes it has. */
  service: string;
  /** Of its own service. */
  name: string;
  command: string[];
  /** In place of the service's. */
  labels: Record<string, string>;
}

/** A one-off task, by its service. */
export interface OneOffStatus {
  name: string;
  labels: Record<string, string>;
  createdAt: Date;
  /** By the clock of its node; undefined while it waits or runs. */
  endedAt?: Date;
}
