import { UsageError } from '../../errors.ts';
import { deploymentPageAddress } from '../../usecases/deployments/deployment-page-url.ts';
import { readBuildLog } from '../../usecases/deployments/read-deployments.ts';
import { readServiceLog } from '../../usecases/deployments/read-service-log.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import type { Deps } from '../../usecases/deps.ts';
import { findRunningLog } from '../../usecases/output/follow-application.ts';
import { outputPath } from '../../usecases/output/output-events.ts';
import type { User } from '../../entities/user.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, named, optional, short, text } from '../options.ts';
import { deploymentOutcome } from '../../replies/deployment-words.ts';
import type { Reply } from '../../replies/reply.ts';
import { shortId } from '../../replies/short-id.ts';
import { secondsAgo } from '../since.ts';
import { logReply } from '../../replies/log-reply.ts';

export const logs = defineCommand({
  name: 'logs',
  summary: 'Show the log of an application or of its last deployment',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    build: flag('Show the log of the last deployment instead'),
    deployment: optional(named(text('Show the log of this deployment instead', 'deployment'))),
    follow: short('f', flag('Also `-f`: follow it until you stop; in chat, a link to the page that does')),
    lines: optional(named(integer('How many lines (default 50)', { min: 1, max: 5_000 }))),
    service: optional(named(text('Only this service of a compose application'))),
    since: optional(named(text('Newer than this, e.g. `10m`'))),
  },
  form: ['app'],
  offers: 'read',
  examples: ['logs shop/api --lines 100 --since 10m', 'logs shop/api -f', 'logs shop/api --build'],
  async run({ deps, user }, { app, build, deployment, follow, lines, service, since }) {
    if (follow && (lines !== undefined || since !== undefined)) {
      throw new UsageError('`--follow` begins with the last lines by itself: leave out `--lines` and `--since`.');
    }
    if (build || deployment !== undefined) {
      if (since !== undefined)
        throw new UsageError(
          '`--since` does not work with `--build` and `--deployment`, which show one deployment’s log. Leave one of them out.',
        );
      const log = await readBuildLog(deps, user, { application: app, deployment, lines: lines ?? usual });
      const name = applicationName(log.application);
      if (!follow) return logReply(`Deployment ${shortId(log.deployment.id)} of ${name}`, log);
      const url = deploymentPageAddress(deps, log.deployment);
      const what = `log of deployment ${shortId(log.deployment.id)} of \`${name}\``;
      return followReply(what, url, { deployment: log.deployment.id });
    }
    if (follow) return followRunning(deps, user, app, service);
    const sinceSeconds = since === undefined ? undefined : secondsAgo(since);
    const log = await readServiceLog(deps, user, { application: app, service, lines: lines ?? usual, sinceSeconds });
    const name = applicationName(log.application);
    if (!log.failed) return logReply(`Log of ${name}`, log);
    const id = shortId(log.failed.id);
    if (log.instead) return logReply(`Log of ${name}: nothing runs, so of its failed deployment ${id}`, log);
    const hint = `The last deployment, ${id}, ${deploymentOutcome(log.failed)}: \`why ${id}\`.`;
    return logReply(`Log of ${name}`, { ...log, hint });
  },
});

/** Lines unless told otherwise. */
const usual = 50;

async function followRunning(deps: Deps, user: User, app: string, service: string | undefined): Promise<Reply> {
  const { name, target } = await findRunningLog(deps, user, { application: app, service });
  const what = service === undefined ? `running log of \`${name}\`` : `running log of \`${service}\` of \`${name}\``;
  return followReply(what, `${deps.config.publicUrl}${outputPath(target)}`, target);
}

/** In chat, a message that changes all the time would help nobody. */
function followReply(what: string, url: string, follow: NonNullable<Reply['follow']>): Reply {
  const link = { label: 'Follow the log', url };
  return { tone: 'info', text: `The ${what} is on its page, line by line.`, link, follow, data: { page: url } };
}
