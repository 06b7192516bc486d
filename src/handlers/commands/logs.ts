import { UsageError } from '../../errors.ts';
import { readBuildLog } from '../../usecases/deployments/read-deployments.ts';
import { readServiceLog } from '../../usecases/deployments/read-service-log.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { defineCommand } from '../command.ts';
import { flag, integer, named, optional, text } from '../options.ts';
import { deploymentOutcome } from '../../replies/deployment-words.ts';
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
    lines: optional(named(integer('How many lines (default 50)', { min: 1, max: 5_000 }))),
    service: optional(named(text('Only this service of a compose application'))),
    since: optional(named(text('Newer than this, e.g. `10m`'))),
  },
  examples: ['logs shop/api --lines 100 --since 10m', 'logs shop/api --build'],
  async run({ deps, user }, { app, build, deployment, lines = 50, service, since }) {
    if (build || deployment !== undefined) {
      if (since !== undefined)
        throw new UsageError(
          '`--since` does not work with `--build` and `--deployment`, which show one deployment’s log. Leave one of them out.',
        );
      const log = await readBuildLog(deps, user, { application: app, deployment, lines });
      const name = applicationName(log.application);
      return logReply(`Deployment ${shortId(log.deployment.id)} of ${name}`, log);
    }
    const sinceSeconds = since === undefined ? undefined : secondsAgo(since);
    const log = await readServiceLog(deps, user, { application: app, service, lines, sinceSeconds });
    const name = applicationName(log.application);
    if (!log.failed) return logReply(`Log of ${name}`, log);
    const id = shortId(log.failed.id);
    if (log.instead) return logReply(`Log of ${name}: nothing runs, so of its failed deployment ${id}`, log);
    const hint = `The last deployment, ${id}, ${deploymentOutcome(log.failed)}: \`why ${id}\`.`;
    return logReply(`Log of ${name}`, { ...log, hint });
  },
});
