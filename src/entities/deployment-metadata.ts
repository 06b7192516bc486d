import type { ApprovalDecision } from './approval-decision.ts';
import type { DeploymentFailure } from './deployment-failure.ts';

/** Why a deployment exists. */
export type DeploymentTrigger = 'push' | 'command' | 'rollback' | 'promote';

/** Why a deployment `failed` for reasons other than the version itself; `no_database`: that of a preview. */
export type FailureReason = 'cancelled' | 'superseded' | 'interrupted' | 'timed_out' | 'no_database';

/** Progress of a running deployment; every view draws its status line from it. */
export interface DeploymentProgress {
  phase:
    'queued' | 'checking' | 'cloning' | 'pulling' | 'building' | 'pushing' | 'release' | 'rolling_out' | 'watching';
  /** Build step, 1-based, and the number of steps. */
  step?: number;
  steps?: number;
  /** Healthy and desired tasks of the new version. */
  healthy?: number;
  desired?: number;
  /** What the last failed health check printed, redacted. */
  check?: string;
  /** Why tasks fail at present, in a clause. */
  trouble?: string;
  /** Docker does not answer at present. */
  waitsForDocker?: true;
}

/** The commits between the live version and the new one. */
export interface CommitRange {
  from: string;
  to: string;
  /** Number of new commits. */
  count: number;
  /** Number of live commits that are dropped, because of a rewritten or different branch. */
  dropped?: number;
  /** The newest of the new commits, each like `3f2c1ab Fix the cart (Ada)`. */
  newest: string[];
  /** The git host's compare page. */
  compare_url?: string;
}

/** State of the approval, for views; the row in `approvals` is authoritative. */
export interface ApprovalState {
  state: 'waiting' | ApprovalDecision;
  /** ISO 8601. */
  expires_at: string;
  /** When those who may approve were reminded, ISO 8601. */
  reminded_at?: string;
  /** Who approved or denied it, e.g. `ada (slack)`. */
  decided_by?: string;
  /** ISO 8601; set once it is approved or denied. */
  decided_at?: string;
}

/** The checks of a deployment's commit at its git host. The deployment is held while they are `waiting`. */
export interface DeploymentChecks {
  state: 'waiting' | 'passed';
  /** Successful checks, out of all that the host knows. */
  done: number;
  total: number;
}

export interface ReleaseState {
  /** `created`: its service has been made. */
  state: 'asked' | 'created' | 'succeeded' | 'failed';
  /** ISO 8601. */
  started_at: string;
}

/** W3C trace contexts. */
export interface DeploymentTrace {
  /** Of the request that asked for it. */
  parent?: string;
  /** Of its last run. */
  span?: string;
}

/** `deployments.metadata`. Keys in snake case, as in the data model's sample. */
export interface DeploymentMetadata {
  trigger?: DeploymentTrigger;
  /** The requested ref, e.g. `main`, `v1.4.2`; the commit is in `commit_sha`. */
  ref?: string;
  /** First line of the commit message, at most 200 characters, and its author. */
  commit_title?: string;
  commit_author?: string;
  /** Finds the author's account when the deployment fails; known after checkout. */
  commit_author_email?: string;
  /** Commit time, ISO 8601; known after checkout. */
  commit_at?: string;
  /** Build again even when the commit's image exists, and roll even when nothing changed. */
  force?: boolean;
  /** For a rollback: the deployment whose image is used. */
  rollback_of?: string;
  /** For a promotion: the deployment whose image is used, and its application. */
  promoted_from?: { deployment: string; application: string };
  range?: CommitRange;
  /** Set for a protected application. */
  approval?: ApprovalState;
  /** The requester's name and platform, e.g. `ada (console)`. */
  requested_by?: string;
  progress?: DeploymentProgress;
  checks?: DeploymentChecks;
  /** The last commit status reported to the git host, or the HTTP status of its refusal. */
  commit_status?: { state: string; refused?: number };
  /** Its deployment at the git host, by the host's id, the state reported last, or the HTTP status of its refusal. */
  host_deployment?: { id: string; state: string; refused?: number };
  /** Image reference that was rolled out: name, tag and, when a registry has it, digest. */
  image?: string;
  /** Images of a stack by service; `image` is that of the routed service, or of the first. */
  images?: Record<string, string>;
  /** Shared variables that the compose file names. */
  shared?: string[];
  image_size_mb?: number;
  build_cache_hit?: boolean;
  /** Seconds, of the whole deployment and per step. */
  duration_seconds?: number;
  durations?: Partial<Record<'queue' | 'clone' | 'build' | 'push' | 'release' | 'roll_out', number>>;
  /** Set when `status` is `failed` for a reason other than the version itself. */
  reason?: FailureReason;
  /** Error sentence for people when it failed or was rolled back. */
  error?: string;
  /** What people should know of a success, e.g. that it is scaled to 0. */
  note?: string;
  /** What is known about why it failed or was rolled back. */
  failure?: DeploymentFailure;
  /** Name of the object in the archive that contains the log. */
  archive?: string;
  superseded_by?: string;
  /** Who cancelled it; set before the worker notices. */
  cancel_requested_by?: string;
  /** Where deployments are traced. */
  trace?: DeploymentTrace;
  /** Its release command, from before its start; a restarted Shipmate waits for it instead of starting it again. */
  release?: ReleaseState;
  /** When the last stored line of its output was printed, by the Engine's clock: RFC 3339 with nanoseconds. */
  printed_until?: string;
  /** The roll-out has been handed to Swarm, so a restarted Shipmate watches it instead of starting over. */
  rollout_started?: boolean;
  /** Version of the Swarm service before the roll-out; absent for a new service. */
  rollout_from?: number;
  /** When the last update before it began, as Swarm says; absent when there was none. */
  rollout_from_update?: string;
  /** The same two for a stack, by the names of its Swarm services. */
  rollout_from_versions?: Record<string, number>;
  rollout_from_updates?: Record<string, string>;
}
