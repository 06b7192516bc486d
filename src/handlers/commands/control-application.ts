import {
  type Controlled,
  restartApplication,
  scaleApplication,
  startApplication,
  stopApplication,
} from '../../usecases/lifecycle/control-application.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { defineCommand } from '../command.ts';
import { integer, named, optional, text } from '../options.ts';
import type { Reply } from '../../replies/reply.ts';

const app = text('Application', 'application');

/** Reports the tasks that run, not the number requested. */
function tasksReply({ application, running, wanted }: Controlled, done: string): Reply {
  const name = applicationName(application);
  const data = { application: name, replicas: application.replicas, running: running ?? 0, wanted };
  if (running === undefined) {
    return {
      tone: 'info',
      text: `\`${name}\` will run ${wanted} tasks once it is deployed: \`deploy ${name}\`.`,
      data,
    };
  }
  if (running === wanted) return { tone: 'success', text: `\`${name}\` ${done}.`, data };
  return {
    tone: 'warning',
    text: `\`${name}\`: ${running} of ${wanted} tasks run so far. \`status ${name}\` shows the progress.`,
    data,
  };
}

function runs(wanted: number): string {
  return `runs ${wanted} ${wanted === 1 ? 'task' : 'tasks'}`;
}

export const scale = defineCommand({
  name: 'scale',
  summary: 'Change how many tasks run',
  role: 'developer',
  answers: 'channel',
  options: {
    app,
    replicas: integer('Number of tasks', { max: 1_000 }),
    service: optional(named(text('Service of a compose application'))),
  },
  form: ['app', 'replicas', 'service'],
  examples: ['scale shop/api 3', 'scale shop/stack 2 --service worker'],
  async run({ deps, user, origin }, { app: application, replicas, service }) {
    const controlled = await scaleApplication(deps, { user, application, replicas, service, origin });
    const what = runs(replicas);
    return tasksReply(controlled, service === undefined ? what : `${what} of \`${service}\``);
  },
});

export const restart = defineCommand({
  name: 'restart',
  summary: 'Replace every task with a new one of the same version',
  role: 'developer',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: application }) {
    const { application: found, running } = await restartApplication(deps, { user, application, origin });
    const name = applicationName(found);
    return {
      tone: 'success',
      text: `\`${name}\` is restarting; new tasks start before old ones stop. \`status ${name}\` shows the progress.`,
      data: { application: name, running: running ?? 0 },
    };
  },
});

export const stop = defineCommand({
  name: 'stop',
  summary: 'Stop all tasks; `start` brings them back',
  role: 'developer',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: application }) {
    return tasksReply(await stopApplication(deps, { user, application, origin }), 'is stopped');
  },
});

export const start = defineCommand({
  name: 'start',
  summary: 'Start a stopped application',
  role: 'developer',
  answers: 'channel',
  options: { app },
  async run({ deps, user, origin }, { app: application }) {
    const controlled = await startApplication(deps, { user, application, origin });
    return tasksReply(controlled, runs(controlled.wanted));
  },
});
