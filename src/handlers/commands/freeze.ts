import {
  addFreeze,
  type FreezeReport,
  listFreezes,
  removeFreeze,
} from '../../usecases/deployments/hold/freeze-windows.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatPlanned, formatTime } from '../../units/times.ts';
import { defineCommand } from '../command.ts';
import { named, optional, rest, text } from '../options.ts';
import { shortId } from '../../replies/short-id.ts';
import type { Reply } from '../../replies/reply.ts';

const project = text('Name of the project', 'project');

export const freezeAdd = defineCommand({
  name: 'freeze add',
  summary: 'Block deployments of a project at certain times; rollbacks stay possible',
  role: 'developer',
  answers: 'channel',
  options: {
    project,
    starts: text('Start as a quoted cron line: minute, hour, day, month, weekday'),
    duration: text('Duration, e.g. `90m`, `64h`, `2d`'),
    zone: optional(named(text('Time zone, e.g. `Europe/Berlin` (default `UTC`)'))),
    reason: optional(rest(text('Reason, shown to anyone who tries to deploy'))),
  },
  form: ['project', 'starts', 'duration', 'zone', 'reason'],
  examples: ['freeze add shop "0 16 * * FRI" 64h --zone Europe/Berlin weekend', 'freeze add shop "0 0 24 12 *" 3d'],
  async run({ deps, user, origin }, { zone = 'UTC', reason = '', ...times }) {
    const made = await addFreeze(deps, { ...times, zone, reason, user, origin });
    return {
      tone: 'success',
      text: `\`${times.project}\` is not deployed in this window, ${whenOf(made, formatPlanned)}. Admins can override it with \`--force\`.`,
      data: freezeData(made),
    };
  },
});

export const freezeList = defineCommand({
  name: 'freeze list',
  summary: 'List the freeze windows of your projects',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { project: optional(project) },
  async run({ deps, user }, { project: name }): Promise<Reply> {
    const windows = await listFreezes(deps, user, name);
    if (windows.length === 0) return { tone: 'info', text: 'No freeze windows.', data: [] };
    return {
      tone: windows.some(({ now }) => now) ? 'warning' : 'info',
      title: 'Freeze windows',
      table: {
        columns: ['Id', 'Project', 'Begins', 'Lasts', 'Zone', 'When', 'Why'],
        rows: windows.map((one) => {
          const { id, starts, durationMinutes, zone, reason } = one.window;
          const name = one.window.project.name;
          return [
            shortId(id),
            name,
            starts,
            formatDuration(durationMinutes * 60_000),
            zone,
            whenOf(one, formatTime),
            reason,
          ];
        }),
      },
      data: windows.map(freezeData),
    };
  },
});

export const freezeRemove = defineCommand({
  name: 'freeze remove',
  summary: 'Remove a freeze window of a project',
  role: 'developer',
  answers: 'channel',
  options: { project, id: text('Id of the window, or its prefix') },
  examples: ['freeze remove shop 3f2c1ab4'],
  async run({ deps, user, origin }, input) {
    const { id, starts, project: of } = await removeFreeze(deps, { ...input, user, origin });
    return {
      tone: 'success',
      text: `The window \`${starts}\` of \`${of.name}\` is removed.`,
      data: { id, project: of.name },
    };
  },
});

function whenOf({ now, next, window: { zone } }: FreezeReport, format: typeof formatPlanned): string {
  if (now) return `now until ${format(now.until, zone)}`;
  return next ? `next at ${format(next, zone)}` : 'never again';
}

function freezeData({ window, now, next }: FreezeReport): Record<string, unknown> {
  const { id, starts, durationMinutes, zone, reason } = window;
  return { id, starts, durationMinutes, zone, reason, frozenUntil: now?.until ?? null, next: next ?? null };
}
