import { applicationName } from '../../usecases/applications/find-application.ts';
import { startRun } from '../../usecases/one-offs/start-run.ts';
import { outputPath } from '../../usecases/output/output-events.ts';
import { formatDuration, readDuration } from '../../units/durations.ts';
import { defineCommand } from '../command.ts';
import { named, optional, rest, text } from '../options.ts';

const timeout = { least: '1s', most: '1d', examples: ['10m', '1h'] };

export const run = defineCommand({
  name: 'run',
  summary: 'Run a command once, in the image and with the variables that are live',
  role: 'admin',
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    command: rest(text('Command, as a line of the shell or a JSON list; `--` before it ends the options')),
    service: optional(named(text('Service of a compose application'))),
    timeout: optional(named(text('Longest time that it may take (default 1h, at most 1d)'))),
  },
  form: ['app', 'command', 'service', 'timeout'],
  examples: ['run shop/api -- npm run seed', 'run shop/stack --service worker --timeout 5m -- ./repair.sh'],
  async run({ deps, user, origin }, { app: application, command, service, timeout: limit = '1h' }) {
    const limitMs = readDuration(limit, timeout, 'timeout');
    const started = await startRun(deps, { user, origin, application, service, command, limitMs });
    const name = applicationName(started.application);
    const target = { run: started.name };
    const url = `${deps.config.publicUrl}${outputPath(target)}`;
    const cancel = `cancel ${name} --run ${started.id}`;
    return {
      tone: 'info',
      text: `Running the command in \`${name}\` as ${started.id}, for at most ${formatDuration(limitMs)}. Its page has its output, for admins.`,
      link: { label: 'Open the output', url },
      actions: [{ label: 'Cancel', command: cancel, style: 'danger' }],
      follow: { ...target, cancel },
      data: { application: name, run: started.id, page: url },
    };
  },
});
