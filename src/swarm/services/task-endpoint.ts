/** Where a running task is reached on a network. */
export interface TaskEndpoint {
  service: string;
  /** e.g. `10.0.1.7`. */
  address: string;
  /** Since when it runs, by the clock of its node. */
  since: Date;
  container?: string;
}
