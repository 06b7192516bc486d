import { overlaps } from '../../entities/cron-command.ts';
import { cronData, cronRunData, cronRunText, lastRunText, nextText } from '../../replies/cron-words.ts';
import type { Reply } from '../../replies/reply.ts';
import { shortId } from '../../replies/short-id.ts';
import { readDuration } from '../../units/durations.ts';
import { formatSecond } from '../../units/times.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { addCron, enableCron, removeCron, runCronNow } from '../../usecases/cron/change-cron.ts';
import { listCron, readCron } from '../../usecases/cron/read-cron.ts';
import { timeZoneOf } from '../../usecases/people/time-zone.ts';
import { defineCommand } from '../command.ts';
import { choice, integer, named, optional, rest, text } from '../options.ts';

const timeout = { least: '1s', most: '1d', examples: ['10m', '1h'] };
const id = text('Id of the scheduled command, or its beginning');

export const cronAdd = defineCommand({
  name: 'cron add',
  summary: 'Have an application run a command at set times, once for all its tasks',
  role: 'admin',
  answers: 'channel',
  options: {
    app: text('Application', 'application'),
    schedule: text('Minute, hour, day, month, weekday, e.g. `"0 3 * * *"`'),
    command: rest(text('Command, as a line of the shell or a JSON list; `--` before it ends the options')),
    tz: optional(named(text('Time zone of the schedule, e.g. `Europe/Berlin` (default: yours)'))),
    overlap: optional(named(choice('When the run before has not ended (default skip)', overlaps))),
    service: optional(named(text('Service of a compose application'))),
    timeout: optional(named(text('Longest time that a run may take (default 1h, at most 1d)'))),
    retries: optional(named(integer('How often a failed run is tried again (default 0)', { max: 10 }))),
  },
  examples: [
    'cron add shop/api "0 3 * * *" -- node cleanup.js',
    'cron add shop/api "*/15 * * * *" --tz Europe/Berlin --overlap queue --retries 2 -- node sync.js',
    'cron add shop/stack "0 6 * * MON" --service worker --timeout 10m -- ./report.sh',
  ],
  async run({ deps, user, origin }, input): Promise<Reply> {
    const { overlap = 'skip', retries = 0, timeout: limit = '1h' } = input;
    const cron = await addCron(deps, {
      user,
      origin,
      application: input.app,
      schedule: input.schedule,
      command: input.command,
      zone: input.tz ?? (await timeZoneOf(user, origin)),
      service: input.service,
      overlap,
      retries,
      limitMs: readDuration(limit, timeout, 'timeout'),
    });
    const [seen] = (await listCron(deps, user, input.app)).filter((one) => one.cron.id === cron.id);
    const name = applicationName(cron.application);
    const next = seen?.next ? ` Next at ${nextText(seen)}.` : '';
    return {
      tone: 'success',
      text: `\`${name}\` runs the command at \`${cron.schedule}\` as ${shortId(cron.id)}.${next}`,
      actions: [{ label: 'Run now', command: `cron run ${shortId(cron.id)}` }],
      data: { id: cron.id, application: name, schedule: cron.schedule, zone: cron.zone, next: seen?.next ?? null },
    };
  },
});

export const cronList = defineCommand({
  name: 'cron list',
  summary: 'List the scheduled commands of applications with their next and last run',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Application (default: all you see)', 'application')) },
  async run({ deps, user }, { app }): Promise<Reply> {
    const seen = await listCron(deps, user, app);
    if (seen.length === 0) {
      const text = 'No scheduled commands. `cron add <app> "0 3 * * *" -- <command>` adds one.';
      return { tone: 'info', text, data: [] };
    }
    return {
      tone: seen.some(({ last }) => last?.status === 'failed' || last?.status === 'missed') ? 'warning' : 'info',
      title: 'Scheduled commands',
      table: {
        columns: ['Id', 'Application', 'Schedule', 'Command', 'Next', 'Last'],
        rows: seen.map((one) => [
          shortId(one.cron.id),
          applicationName(one.cron.application),
          `${one.cron.schedule} (${one.cron.zone})`,
          one.command,
          nextText(one),
          lastRunText(one.last),
        ]),
        actions: seen.map(({ cron }) => ({ label: 'Show', command: `cron show ${shortId(cron.id)}` })),
      },
      data: seen.map(cronData),
    };
  },
});

export const cronShow = defineCommand({
  name: 'cron show',
  summary: 'Show a scheduled command, its last runs, and for admins the output of the newest',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { id, limit: optional(named(integer('How many runs (default 10)', { min: 1, max: 100 }))) },
  examples: ['cron show 3f2c1ab4'],
  async run({ deps, user }, { id: asked, limit = 10 }): Promise<Reply> {
    const read = await readCron(deps, user, { id: asked, limit });
    const { cron, runs } = read;
    const short = shortId(cron.id);
    const output = read.maySeeOutput ? runs.find((run) => run.output)?.output : undefined;
    return {
      tone: runs[0]?.status === 'failed' || runs[0]?.status === 'missed' ? 'warning' : 'info',
      title: `${short} of ${applicationName(cron.application)}`,
      text: `\`${read.command}\` at \`${cron.schedule}\` (${cron.zone}). Next: ${nextText(read)}.`,
      ...(runs.length > 0 && {
        table: {
          columns: ['Due or asked (UTC)', 'By', 'Outcome'],
          rows: runs.map((run) => [
            formatSecond(run.dueAt ?? run.createdAt),
            run.dueAt ? 'schedule' : (run.requestedBy?.username ?? ''),
            cronRunText(run),
          ]),
        },
      }),
      ...(output && { code: output }),
      actions: [
        { label: 'Run now', command: `cron run ${short}` },
        cron.enabled
          ? { label: 'Disable', command: `cron disable ${short}` }
          : { label: 'Enable', command: `cron enable ${short}` },
      ],
      data: {
        ...cronData(read),
        runs: runs.map((run) => ({ ...cronRunData(run), output: read.maySeeOutput ? (run.output ?? null) : null })),
      },
    };
  },
});

export const cronRun = defineCommand({
  name: 'cron run',
  summary: 'Run a scheduled command now, beside its times',
  role: 'admin',
  answers: 'channel',
  options: { id },
  examples: ['cron run 3f2c1ab4'],
  async run({ deps, user, origin }, { id: asked }): Promise<Reply> {
    const cron = await runCronNow(deps, { id: asked, user, origin });
    const show = { label: 'Runs', command: `cron show ${shortId(cron.id)}` };
    const text = `A run of ${shortId(cron.id)} is queued. \`${show.command}\` shows how it ends.`;
    return { tone: 'info', text, actions: [show], data: { id: cron.id } };
  },
});

export const cronEnable = defineCommand({
  name: 'cron enable',
  summary: 'Have a disabled scheduled command run again, from its next time on',
  role: 'admin',
  answers: 'channel',
  options: { id },
  async run({ deps, user, origin }, { id: asked }): Promise<Reply> {
    const cron = await enableCron(deps, { id: asked, user, origin, enabled: true });
    return { tone: 'success', text: `${shortId(cron.id)} is enabled.`, data: { id: cron.id, enabled: true } };
  },
});

export const cronDisable = defineCommand({
  name: 'cron disable',
  summary: 'Stop running a scheduled command until it is enabled again',
  role: 'admin',
  answers: 'channel',
  options: { id },
  async run({ deps, user, origin }, { id: asked }): Promise<Reply> {
    const cron = await enableCron(deps, { id: asked, user, origin, enabled: false });
    const text = `${shortId(cron.id)} is disabled. \`cron enable ${shortId(cron.id)}\` has it run again.`;
    return { tone: 'success', text, data: { id: cron.id, enabled: false } };
  },
});

export const cronRemove = defineCommand({
  name: 'cron remove',
  summary: 'Remove a scheduled command with its history',
  role: 'admin',
  answers: 'channel',
  options: { id },
  examples: ['cron remove 3f2c1ab4'],
  async run({ deps, user, origin }, { id: asked }): Promise<Reply> {
    const cron = await removeCron(deps, { id: asked, user, origin });
    const text = `${shortId(cron.id)} of \`${applicationName(cron.application)}\` is removed.`;
    return { tone: 'success', text, data: { id: cron.id } };
  },
});
