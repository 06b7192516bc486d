import type { Action, Reply } from './reply.ts';

/** What a person can start from a chat platform's home view. */
export const homeActions: Action[] = [
  { label: 'New application', command: 'app create', form: true },
  { label: 'Status', command: 'status' },
  { label: 'Help', command: 'help' },
];

export const noProjects = 'None yet: `/ship project create <name>` creates the first.';

export const moreProjects = 'There are more projects: `/ship project list` shows them.';

export function moreApplications(project: string): string {
  return `… and more: /ship app list ${project}`;
}

/** The home view of an account that is not linked. */
export const strangerHome = {
  tone: 'info',
  title: 'Welcome to Shipmate',
  text:
    'Your account isn’t linked yet, so there is nothing to show. ' +
    'Ask a teammate to run `/ship link --invite developer`, then type `/ship link <code>` in any channel. ' +
    'If you already have an account, e.g. on the command line, run `link` there for a code.',
  actions: [{ label: 'Help', command: 'help' }],
} as const satisfies Reply;
