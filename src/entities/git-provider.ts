/** Ids of the git hosts; check constraints of three tables list them. */
export const gitProviders = ['github', 'gitlab', 'bitbucket', 'bitbucket-data-center', 'gitea'] as const;
export type GitProvider = (typeof gitProviders)[number];
