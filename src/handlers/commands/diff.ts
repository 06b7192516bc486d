import { type ApplicationDiff, diffApplication } from '../../usecases/deployments/diff-application.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';
import type { Reply } from '../../replies/reply.ts';

/** More than a person reads in a chat. */
const shown = 50;

export const diff = defineCommand({
  name: 'diff',
  summary: 'Show the commits between what is live and the head of the tracked branch',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: text('Application', 'application') },
  examples: ['diff shop/api'],
  async run({ deps, user }, { app }) {
    return replyOf(await diffApplication(deps, user, app));
  },
});

function replyOf(found: ApplicationDiff): Reply {
  const { application, branch, commits, count, dropped, from, to, url } = found;
  const range = `${from.slice(0, 7)}..${to.slice(0, 7)}`;
  const data = { application, branch, from, to, count, dropped, commits, url: url ?? null };
  if (count === 0 && dropped === 0) {
    return { tone: 'success', text: `\`${application}\` runs the head of \`${branch}\`, ${to.slice(0, 7)}.`, data };
  }
  const more = count - Math.min(shown, commits.length);
  return {
    tone: dropped > 0 ? 'warning' : 'info',
    title: `${application} ${range}`,
    text: [summary(found), ...(more > 0 ? [`${more} older ones are not listed.`] : [])].join('\n'),
    ...(commits.length > 0 && {
      table: {
        columns: ['Commit', 'Title', 'Author'],
        rows: commits.slice(0, shown).map(({ commit, title, author }) => [commit.slice(0, 7), title, author]),
      },
    }),
    ...(url !== undefined && { link: { label: range, url } }),
    actions: [{ label: 'Deploy', command: `deploy ${application}` }],
    data,
  };
}

function summary({ branch, count, dropped }: ApplicationDiff): string {
  const coming = `${commits(count)} between what is live and the head of \`${branch}\`.`;
  return dropped > 0 ? `${coming} ${commits(dropped)} of the live version would be lost.` : coming;
}

function commits(count: number): string {
  return count === 1 ? '1 commit' : `${count} commits`;
}
