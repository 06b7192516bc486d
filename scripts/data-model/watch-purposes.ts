import type { Purpose } from './purpose.ts';

const id = 'Identifier';

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
