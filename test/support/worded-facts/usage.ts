import type { WordedFacts } from './worded-facts.ts';

const metrics = { label: 'Metrics', command: 'metrics shop/api' };

export const usageFacts: WordedFacts<'memory-short' | 'memory-enough' | 'restarting' | 'restarts-over'> = {
  'memory-short': [
    [
      'of a service of a stack',
      { application: 'shop/api', service: 'web', percent: 96, limitBytes: 512 * 2 ** 20, minutes: 5 },
      {
        tone: 'warning',
        title: 'shop/api is running out of memory',
        text: 'A task of web has used 96 % or more of its 512 MiB for 5 min. At 100 % the kernel ends it.',
        actions: [metrics],
      },
    ],
    [
      'of an application of one service',
      { application: 'shop/api', service: null, percent: 91, limitBytes: 2 ** 30, minutes: 5 },
      {
        tone: 'warning',
        title: 'shop/api is running out of memory',
        text: 'A task has used 91 % or more of its 1 GiB for 5 min. At 100 % the kernel ends it.',
        actions: [metrics],
      },
    ],
  ],
  'memory-enough': [
    [
      '',
      { application: 'shop/api' },
      {
        tone: 'success',
        title: 'shop/api has enough memory again',
        text: 'All its tasks use less than 85 % of their limits.',
        actions: [metrics],
      },
    ],
  ],
  restarting: [
    [
      '',
      { application: 'shop/api', restarts: 4, minutes: 10 },
      {
        tone: 'warning',
        title: 'Tasks of shop/api keep restarting',
        text: '4 ended by themselves within 10 min.',
        actions: [{ label: 'Logs', command: 'logs shop/api' }, metrics],
      },
    ],
  ],
  'restarts-over': [
    [
      '',
      { application: 'shop/api', minutes: 10 },
      {
        tone: 'success',
        title: 'Tasks of shop/api no longer restart',
        text: 'None has ended by itself for 10 min.',
        actions: [metrics],
      },
    ],
  ],
};
