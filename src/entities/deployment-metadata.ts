import type { ApprovalDecision } from './approval-decision.ts';

/** Why a deployment exists. */
export type DeploymentTrigger = 'push' | 'command' | 'rollback' | 'promote';

/** Why a deployment that is `failed` did not fail by itself. */
export type FailureReason = 'cancelled' | 'superseded' | 'interrupted' | 'timed_out';

/** Where a running deployment is; every view draws its status line from this. */
export interface DeploymentProgress {
  phase: 'queued' | 'checking' | 'cloning' | 'pulling' | 'building' | 'pushing' | 'rolling_out' | 'watching';
  /** Build step, 1-based, and the number of steps. */
  step?: number;
  steps?: number;
  /** Tasks of the new version that are healthy, and how many are wanted. */
  healthy?: number;
  desired?: number;
}

/** The commits between the live version and the one that is to come. */
export interface CommitRange {
  from: string;
  to: string;
  /** How many commits come. */
  count: number;
  /** How many commits of the live version go away: its branch was rewritten, or it is of another one. */
  dropped?: number;
  /** The newest of those that come, each as `3f2c1ab Fix the cart (Ada)`. */
  newest: string[];
  /** Where the git host shows the difference. */
  compare_url?: string;
}

/** Whether somebody else has agreed to it; the row in `approvals` is what counts. */
export interface ApprovalState {
  state: 'waiting' | ApprovalDecision;
  /** ISO 8601. */
  expires_at: string;
  /** Who approved or denied it, as they are known where they did, e.g. `ada (slack)`. */
  decided_by?: string;
  /** ISO 8601; of one that was approved or denied. */
  decided_at?: string;
}

/** The checks of a deployment's commit at its git host. While they are `waiting` the deployment is not run. */
export interface DeploymentChecks {
  state: 'waiting' | 'passed';
  /** How many have succeeded, of how many that the host knows. */
  done: number;
  total: number;
}

/** `deployments.metadata`. Keys in snake case, as in the data model's sample. */
export interface DeploymentMetadata {
  trigger?: DeploymentTrigger;
  /** What was asked for, e.g. `main`, `v1.4.2`; the commit is in `commit_sha`. */
  ref?: string;
  /** First line of the commit's message, at most 200 characters, and who wrote it. */
  commit_title?: string;
  commit_author?: string;
  /** When it was committed, ISO 8601; known once it has been checked out. */
  commit_at?: string;
  /** Build again even when the commit's image exists, and roll even when nothing changed. */
  force?: boolean;
  /** For a rollback: the deployment whose image is used. */
  rollback_of?: string;
  /** For a promotion: the deployment whose image is used, and its application. */
  promoted_from?: { deployment: string; application: string };
  range?: CommitRange;
  /** Of a protected application. */
  approval?: ApprovalState;
  /** Who asked, as the person is known where they asked, e.g. `ada (console)`. */
  requested_by?: string;
  progress?: DeploymentProgress;
  checks?: DeploymentChecks;
  /** What the git host was last told of the commit, or the HTTP status with which it refused to be told. */
  commit_status?: { state: string; refused?: number };
  /** Image reference that was rolled out: name, tag and, when a registry has it, digest. */
  image?: string;
  /** Of a stack: by service; `image` is that of the service visitors reach, or of the first. */
  images?: Record<string, string>;
  image_size_mb?: number;
  build_cache_hit?: boolean;
  /** Seconds, whole deployment and per step. */
  duration_seconds?: number;
  durations?: Partial<Record<'queue' | 'clone' | 'build' | 'push' | 'roll_out', number>>;
  /** Set when `status` is `failed` for a reason other than the version itself. */
  reason?: FailureReason;
  /** The sentence a person reads when it failed or was rolled back. */
  error?: string;
  /** Where the log lies once it is no longer here: the name of an object in the archive. */
  archive?: string;
  superseded_by?: string;
  /** Who asked to stop it; set before the worker has seen it. */
  cancel_requested_by?: string;
  /** The roll-out has been handed to Swarm, so a restarted Shipmate watches instead of starting anew. */
  rollout_started?: boolean;
  /** Version of the Swarm service before that; none when there was no service. */
  rollout_from?: number;
  /** The same for a stack, by the names of its Swarm services. */
  rollout_from_versions?: Record<string, number>;
}
