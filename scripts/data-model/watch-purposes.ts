import type { Purpose } from './purpose.ts';

const id = 'Identifier';
const created = 'When the row was created';

/** What the watchers last observed. */
export const watches: Record<string, Purpose> = {
  incidents: {
    is: 'Periods in which applications were unhealthy.',
    own: true,
    columns: {
      id,
      application_id: 'The application',
      replicas: 'Number of requested tasks',
      running: 'Tasks that ran and took connections when it was found',
      restarts: 'Tasks that had exited in the minutes before',
      error: 'What tasks said last, or why they take no connections',
      began_at: 'When it was found',
      ended_at: 'When all tasks ran and took connections again, or none were requested any more',
    },
  },
  application_stats: {
    is: 'Materialized view: applications of each project by status. Refreshed every minute; people read it through `app_application_stats()`.',
    columns: {
      project_id: 'The project',
      total_applications: 'All applications that are not archived',
      running: 'Those that are running',
      stopped: 'Those that are stopped',
      failed: 'Those that have failed',
    },
  },
  previews: {
    is: 'Pull and merge requests of applications that have previews.',
    own: true,
    columns: {
      id,
      application_id: 'The application',
      variant_id: 'The hidden application that runs it; null before its first deployment',
      number: 'Number of the request at the git host',
      title: 'Its title',
      author: 'Who opened it, as the host calls them',
      author_id: 'The host’s id of them',
      branch: 'Branch of its commits',
      ref: 'What git fetches it by',
      commit_sha: 'Its head',
      clone_url: 'The fork, where the repository itself does not have its commits',
      from_fork: 'Whether its commits come from outside the repository',
      by_member: 'Whether its author may push to the repository; null before the host was asked',
      state: 'Waiting for a place, open or closed',
      reason: 'Why it waits or is closed',
      approved_sha: 'The head that a member let run',
      approved_by: 'Who that was; null when the user is gone',
      pinned: 'Whether it stays however long nobody uses it',
      comment_id: 'The host’s id of the comment that is edited in place',
      comment_hash: 'Hash of what the comment says',
      active_at: 'Last sign of use',
      changed_at: 'The host’s time of its newest event',
      created_at: created,
      updated_at: 'When the row was last changed',
    },
  },
  preview_variables: {
    is: 'Variables that only the previews of an application get.',
    own: true,
    columns: {
      id,
      application_id: 'The application',
      key: 'Name of the variable',
      value: 'Ciphertext if secret',
      is_secret: 'Whether it is masked and encrypted',
      for_build: 'Whether only builds get it: never the containers',
      created_at: created,
    },
  },
  branch_heads: {
    is: 'Branch heads that no webhook announced, and those that were polled.',
    own: true,
    columns: {
      id,
      application_id: 'The application whose branch it is',
      commit_sha: 'The head',
      state:
        'Whether routes were notified; `skipped`: it should not be deployed; `polled`: of an application that polls',
      found_at: 'When it was first seen',
      looked_at: 'When it was polled last',
    },
  },
  swarm_nodes: {
    is: 'Nodes of the swarm, as last observed.',
    own: true,
    columns: {
      id: 'Swarm’s identifier',
      hostname: 'Name of the host',
      role: '`manager` or `worker`',
      address: 'Its address',
      availability: 'Whether it takes tasks',
      state: '`lost` if it does not respond',
      tasks: 'Number of tasks when it last responded',
      seen_at: 'When it last responded',
      lost_at: 'Since when it has not responded',
    },
  },
  disks: {
    is: 'File systems of the hosts that run Shipmate.',
    own: true,
    columns: {
      id,
      host: 'Name of the host',
      name: 'What is stored on it',
      path: 'A folder on it',
      size_bytes: 'Its size',
      free_bytes: 'Free space',
      used_percent: 'Usage in percent, as `df` shows it',
      level: 'The level of the last notification',
      samples: 'Used space, at most once an hour for two weeks',
      checked_at: 'When it was checked',
    },
  },
};
