import type { Fact } from '../entities/notification-facts.ts';
import { formatSize } from '../units/sizes.ts';
import type { Action, Reply } from './reply.ts';

export function memoryShort(fact: Fact<'memory-short'>): Reply {
  const { application, limitBytes, minutes, percent, service } = fact;
  return {
    tone: 'warning',
    title: `${application} is running out of memory`,
    text:
      `${service === null ? 'A task' : `A task of ${service}`} has used ${percent} % or more of its ` +
      `${formatSize(limitBytes)} for ${minutes} min. At 100 % the kernel ends it.`,
    actions: metricsActions(application),
  };
}

export function memoryEnough({ application }: Fact<'memory-enough'>): Reply {
  return {
    tone: 'success',
    title: `${application} has enough memory again`,
    text: 'All its tasks use less than 85 % of their limits.',
    actions: metricsActions(application),
  };
}

export function restarting({ application, minutes, restarts }: Fact<'restarting'>): Reply {
  return {
    tone: 'warning',
    title: `Tasks of ${application} keep restarting`,
    text: `${restarts} ended by themselves within ${minutes} min.`,
    actions: [{ label: 'Logs', command: `logs ${application}` }, ...metricsActions(application)],
  };
}

export function restartsOver({ application, minutes }: Fact<'restarts-over'>): Reply {
  return {
    tone: 'success',
    title: `Tasks of ${application} no longer restart`,
    text: `None has ended by itself for ${minutes} min.`,
    actions: metricsActions(application),
  };
}

function metricsActions(application: string): Action[] {
  return [{ label: 'Metrics', command: `metrics ${application}` }];
}
