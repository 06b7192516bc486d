/** Ids of the git hosts; the checks of three tables list them. */
export const gitProviders = ['github', 'gitlab', 'bitbucket', 'gitea'] as const;
export type GitProvider = (typeof gitProviders)[number];
