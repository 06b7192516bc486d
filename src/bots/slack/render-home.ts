import type { types } from '@slack/bolt';
import type { Application, ApplicationStatus } from '../../entities/application.ts';
import type { Deployment } from '../../entities/deployment.ts';
import { deploymentOutcome, versionText } from '../../replies/deployment-words.ts';
import { cancelAction } from '../../replies/deployment-actions.ts';
import { homeActions, moreApplications, moreProjects, noProjects, strangerHome } from '../../replies/home-reply.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import type { Overview } from '../../usecases/overview/read-overview.ts';
import { oneLine } from '../../harmless-text.ts';
import { cutText } from '../truncate.ts';
import { buttons } from './buttons.ts';
import { ago, emoji, link, markdown, plain, richText, section } from './rich-text.ts';

/** A Home tab holds 100 blocks; a project takes two, a running deployment two. */
const mostRunning = 12;
const mostProjects = 30;
const mostApplications = 20;
/** Enough to tell whether there are more. */
export const homePage = { each: mostApplications + 1, most: (mostProjects + 1) * (mostApplications + 1) };
/** Of the JSON, so that it stays under Slack's 250 KB with room for what it counts. */
const mostText = 120;

const signs: Record<ApplicationStatus, string> = {
  running: 'large_green_circle',
  deploying: 'large_blue_circle',
  scaling: 'large_blue_circle',
  failed: 'red_circle',
  stopped: 'white_circle',
  archived: 'white_circle',
};

type PageOf = (deployment: Deployment) => string;

/** What a linked person sees. */
export function renderHome({ next, projects, running }: Overview, pageOf: PageOf): types.HomeView {
  const shown = projects.slice(0, mostProjects);
  const more = projects.length > shown.length || next !== undefined;
  return {
    type: 'home',
    blocks: [
      heading('Running now'),
      ...(running.length === 0 ? [line('No deployments in progress.')] : []),
      ...running.slice(0, mostRunning).flatMap((one) => runningBlocks(one, pageOf)),
      ...(running.length > mostRunning ? [line(`… ${running.length - mostRunning} more deployments`)] : []),
      heading('Your projects'),
      ...(projects.length === 0 ? [line(noProjects)] : []),
      ...shown.flatMap((one) => projectBlocks(one, pageOf)),
      ...(more ? [line(moreProjects)] : []),
      ...buttons(homeActions),
    ],
  };
}

/** What somebody sees whom Shipmate does not know. */
export function renderStranger(): types.HomeView {
  const { actions, text, title } = strangerHome;
  return { type: 'home', blocks: [heading(title), line(text), ...buttons([...actions])] };
}

function runningBlocks(deployment: Deployment, pageOf: PageOf): types.KnownBlock[] {
  const name = applicationName(deployment.application);
  const { phase = deployment.status } = deployment.metadata.progress ?? {};
  const said = `${cutText(versionText(deployment), mostText)} · ${phase.replaceAll('_', ' ')} · started`;
  return [
    richText(
      section(link(pageOf(deployment), name, { bold: true }), plain(` ${oneLine(said)} `), ago(deployment.startedAt)),
    ),
    ...buttons([cancelAction(name, deployment)]),
  ];
}

function projectBlocks({ applications, project }: Overview['projects'][number], pageOf: PageOf): types.KnownBlock[] {
  const shown = applications.slice(0, mostApplications);
  const more = applications.length > shown.length;
  const name = section(plain(cutText(project.name, mostText), { bold: true }));
  if (applications.length === 0) return [richText(name, section(plain('No applications yet.')))];
  const lines: types.RichTextList = {
    type: 'rich_text_list',
    style: 'bullet',
    elements: shown.map(({ application, newest }) => applicationLine(application, newest, pageOf)),
  };
  return [
    { type: 'rich_text', elements: [name, lines, ...(more ? [section(plain(moreApplications(project.name)))] : [])] },
  ];
}

function applicationLine(application: Application, newest: Deployment | undefined, pageOf: PageOf) {
  const { name } = application;
  const status: ApplicationStatus = application.status;
  const deployed = newest && [
    plain(' · '),
    link(pageOf(newest), cutText(`${versionText(newest)}`, mostText) || 'deployment'),
    plain(` ${deploymentOutcome(newest)} `),
    ago(newest.completedAt ?? newest.startedAt),
  ];
  return section(emoji(signs[status]), plain(` ${cutText(name, mostText)} `), plain(status), ...(deployed ?? []));
}

function heading(text: string): types.HeaderBlock {
  return { type: 'header', text: { type: 'plain_text', text } };
}

function line(text: string): types.RichTextBlock {
  return richText(section(...markdown(text)));
}
