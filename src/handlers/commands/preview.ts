import type { Reply } from '../../replies/reply.ts';
import { deploymentOutcome } from '../../replies/deployment-words.ts';
import { formatAgo } from '../../units/times.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import {
  closePreview,
  type ControlledPreview,
  openPreview,
  pinPreview,
} from '../../usecases/previews/control-previews.ts';
import { listPreviews, type ListedPreview } from '../../usecases/previews/list-previews.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, named, optional, text } from '../options.ts';

const app = text('Application', 'application');
const number = integer('Number of the pull or merge request', { min: 1 });

export const previewList = defineCommand({
  name: 'preview list',
  summary: 'List the previews of pull and merge requests',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Only of this application', 'application')) },
  async run({ deps, user }, { app: application }) {
    const previews = await listPreviews(deps, user, application);
    if (previews.length === 0) {
      const what = application === undefined ? 'There are no previews' : `\`${application}\` has no previews`;
      return { tone: 'info', text: `${what}. \`app set <app> previews=on\` gives each request one.`, data: [] };
    }
    return {
      tone: 'info',
      title: 'Previews',
      table: {
        columns: ['Application', 'Request', 'Commit', 'State', 'Used', 'Address'],
        rows: previews.map((one) => [
          applicationName(one.preview.application),
          [one.preview.number, one.preview.title].filter(Boolean).join(' '),
          one.preview.commitSha.slice(0, 7),
          stateOf(one),
          formatAgo(one.preview.activeAt),
          one.url ?? '',
        ]),
      },
      data: previews.map((one) => ({
        application: applicationName(one.preview.application),
        request: one.preview.number,
        title: one.preview.title ?? null,
        author: one.preview.author ?? null,
        commit: one.preview.commitSha,
        state: stateOf(one),
        outside: one.outside,
        pinned: one.preview.pinned,
        activeAt: one.preview.activeAt,
        url: one.url ?? null,
        deployment: one.newest?.id ?? null,
      })),
    };
  },
});

function stateOf({ newest, preview }: ListedPreview): string {
  if (preview.state === 'waiting') return `waiting: ${preview.reason ?? 'for a place'}`;
  const state = newest ? deploymentOutcome(newest) : 'requested';
  return preview.pinned ? `${state}, pinned` : state;
}

export const previewOpen = defineCommand({
  name: 'preview open',
  summary: 'Deploy the preview of a request: approve its commit from outside, bring it back, or try it again',
  role: 'developer',
  answers: 'channel',
  options: {
    app,
    number,
    commit: optional(named(text('Only if this is still its newest commit'))),
  },
  examples: ['preview open shop/api 42', 'preview open shop/api 42 --commit 3f2c1ab'],
  async run({ deps, user, origin }, { app: application, number: request, commit }) {
    const opened = await openPreview(deps, { user, application, number: request, commit, origin });
    const { commitSha } = opened.preview;
    return controlled(opened, 'success', `gets a deployment of ${commitSha.slice(0, 7)}`);
  },
});

export const previewClose = defineCommand({
  name: 'preview close',
  summary: 'Remove the preview of a request with everything it has; its next commit brings it back',
  role: 'developer',
  answers: 'channel',
  options: { app, number },
  examples: ['preview close shop/api 42'],
  async run({ deps, user, origin }, { app: application, number: request }) {
    const closed = await closePreview(deps, { user, application, number: request, origin });
    return controlled(closed, 'success', 'is being removed');
  },
});

export const previewPin = defineCommand({
  name: 'preview pin',
  summary: 'Keep the preview of a request however long nobody uses it',
  role: 'developer',
  answers: 'channel',
  options: { app, number, off: flag('Let it go with the others again') },
  examples: ['preview pin shop/api 42', 'preview pin shop/api 42 --off'],
  async run({ deps, user, origin }, { app: application, number: request, off }) {
    const pinned = await pinPreview(deps, { user, application, number: request, pinned: !off, origin });
    const what = off ? 'is removed when nobody uses it' : 'stays until its request is closed';
    return controlled(pinned, 'success', what);
  },
});

function controlled({ application, preview }: ControlledPreview, tone: Reply['tone'], what: string): Reply {
  const name = applicationName(application);
  return {
    tone,
    text: `The preview of request ${preview.number} of \`${name}\` ${what}. \`preview list ${name}\` shows all.`,
    data: { application: name, request: preview.number, commit: preview.commitSha, pinned: preview.pinned },
  };
}
