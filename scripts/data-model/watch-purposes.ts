import type { Purpose } from './purpose.ts';

const id = 'Identifier';

/** The tables in which the watchers remember what they saw. */
export const watches: Record<string, Purpose> = {
  incidents: {
    is: 'Times in which applications were unhealthy.',
    own: true,
    columns: {
      id,
      application_id: 'The application',
      replicas: 'Tasks that were wanted',
      running: 'Tasks that ran when it was found',
      restarts: 'Tasks that had ended by themselves in the minutes before',
      error: 'What they said last',
      began_at: 'When it was found',
      ended_at: 'When all tasks ran again, or none were wanted any more',
    },
  },
  branch_heads: {
    is: 'Heads of branches that no webhook announced.',
    own: true,
    columns: {
      id,
      application_id: 'The application whose branch it is',
      commit_sha: 'The head',
      state: 'Whether routes were notified of it; `skipped`: it is not to be deployed',
      found_at: 'When it was first seen',
    },
  },
  swarm_nodes: {
    is: 'Nodes of the swarm, as they were seen last.',
    own: true,
    columns: {
      id: 'Swarm’s identifier',
      hostname: 'Name of the host',
      role: '`manager` or `worker`',
      address: 'Its address',
      availability: 'Whether it takes tasks',
      state: '`lost`: it does not answer',
      tasks: 'How many ran there when it last answered',
      seen_at: 'When it last answered',
      lost_at: 'Since when it does not answer',
    },
  },
  disks: {
    is: 'File systems of the hosts that run Shipmate.',
    own: true,
    columns: {
      id,
      host: 'Name of the host',
      name: 'What lies on it',
      path: 'A folder on it',
      size_bytes: 'Its size',
      free_bytes: 'What is free',
      used_percent: 'How full it is, as `df` says',
      level: 'The level of the last notification',
      samples: 'How much was in use, at most once an hour for two weeks',
      checked_at: 'When it was looked at',
    },
  },
};
