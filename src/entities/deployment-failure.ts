/** What is known about why a deployment failed, redacted. */
export interface DeploymentFailure {
  /** Of a stack: the service that failed. */
  service?: string;
  /** What its tasks report, newest first. */
  errors?: string[];
  /** Exit code of the newest task that has one. */
  exit_code?: number;
  /** Whether the kernel ended it because of its memory. */
  out_of_memory?: boolean;
  /** Limit of the tasks, bytes. */
  memory_limit?: number;
  /** What a task printed: the lines that matter first, then its last ones. */
  lines?: string[];
  /** How many of `lines` are those that matter. */
  key_lines?: number;
  /** What the health check printed last. */
  check_output?: string;
}
