import { showDockerfile } from '../../usecases/deployments/show-dockerfile.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';

export const appDockerfile = defineCommand({
  name: 'app dockerfile',
  summary: 'Show the Dockerfile that Shipmate writes for an application without one',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: text('Application', 'application') },
  examples: ['app dockerfile shop/api'],
  async run({ deps, user }, { app }) {
    const { application, builder, commit, reason, text: dockerfile } = await showDockerfile(deps, user, app);
    const data = { application, commit, builder, reason, dockerfile: dockerfile ?? null };
    const choice = `the builder ${builder}, because ${reason}`;
    if (dockerfile === undefined) {
      return { tone: 'info', text: `Commit ${commit.slice(0, 7)} of \`${application}\` is for ${choice}.`, data };
    }
    return {
      tone: 'info',
      title: `Dockerfile of ${application}`,
      text: `Commit ${commit.slice(0, 7)} is for ${choice}. To change the file, save it as \`Dockerfile\` in the repository.`,
      code: dockerfile,
      data,
    };
  },
});
