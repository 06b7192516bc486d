import { digestNow as makeDigest } from '../../usecases/digests/digest-now.ts';
import { defineCommand } from '../command.ts';
import { digestReply } from '../../replies/digest-reply.ts';
import { integer, named, optional, text } from '../options.ts';

export const digestNow = defineCommand({
  name: 'digest now',
  summary: 'Summarise deployments, services, backups and certificates',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: {
    project: optional(text('Only for this project', 'project')),
    days: optional(named(integer('Number of past days (default 7)', { min: 1, max: 90 }))),
    zone: optional(named(text('Time zone (default `UTC`)'))),
  },
  examples: ['digest now', 'digest now shop --days 1 --zone Europe/Berlin'],
  async run({ deps, user }, { days = 7, project, zone = 'UTC' }) {
    return digestReply(await makeDigest(deps, { user, project, days, zone }));
  },
});
