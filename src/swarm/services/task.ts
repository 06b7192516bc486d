import type { ContainerEnd } from './ended-containers.ts';
import type { EngineTaskSpec } from './service-spec.ts';

/** The part of the Engine's task that is used; dockerode's types leave it open. */
export interface Task {
  ID: string;
  ServiceID: string;
  /** Missing until a node takes it. */
  NodeID?: string;
  CreatedAt: string;
  DesiredState: string;
  Spec: EngineTaskSpec;
  Status: {
    State: string;
    /** RFC 3339, by the clock of the node. */
    Timestamp: string;
    Err?: string;
    ContainerStatus?: { ContainerID?: string; ExitCode?: number };
  };
  NetworksAttachments?: { Network?: { Spec?: { Name?: string } }; Addresses?: string[] }[];
  /** How its container ended; unknown when it ran on another node. */
  end?: ContainerEnd;
}

export function isRunning({ DesiredState, Status }: Task): boolean {
  return DesiredState === 'running' && Status.State === 'running';
}

/** Ended without being asked to. */
export function hasFailed({ Status: { State }, DesiredState }: Task): boolean {
  return ['failed', 'rejected', 'orphaned'].includes(State) || (State === 'complete' && DesiredState !== 'remove');
}

/** Whether it is on its way to a node, or starts there. */
export function isBeginning(task: Task): boolean {
  const { DesiredState, Status } = task;
  return DesiredState === 'running' && beforeRunning.includes(Status.State) && !isUnplaceable(task);
}

/** Whether a node has taken a task in this state, and it has not ended. */
export function isOnNode(state: string): boolean {
  return state === 'running' || beforeRunning.indexOf(state) >= beforeRunning.indexOf('assigned');
}

const beforeRunning = ['new', 'allocated', 'pending', 'assigned', 'accepted', 'preparing', 'ready', 'starting'];

/** Whether no node can run it because of constraints, resources or a used host port. */
export function isUnplaceable({ Status, DesiredState }: Task): boolean {
  return DesiredState === 'running' && Status.State === 'pending' && Boolean(Status.Err);
}
