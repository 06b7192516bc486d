export interface FollowLogOptions {
  /** Of each task, before what it prints from now on (default all). */
  lines?: number;
  /** Nothing that was printed before (default: from the start). */
  since?: Date;
}
