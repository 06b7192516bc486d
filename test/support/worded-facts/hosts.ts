import type { WordedFacts } from './worded-facts.ts';

const nodes = { label: 'Nodes', command: 'node list' };
const filesystem = { host: 'h1', disk: 'data', path: '/srv/shipmate', freeBytes: 19e9 };

export const hostFacts: WordedFacts<'node-lost' | 'node-back' | 'disk-filling' | 'disk-freed'> = {
  'node-lost': [
    [
      'that leads, with data',
      {
        node: 'host-2',
        address: '10.0.0.2',
        message: 'heartbeat failure',
        tasks: 5,
        waiting: ['shop/files', 'shop/orders'],
        managers: { answering: 2, all: 3 },
      },
      {
        tone: 'danger',
        title: 'Node host-2 is lost',
        text:
          '10.0.0.2 is not responding: heartbeat failure.\n' +
          '5 tasks ran there. Swarm restarts them on other nodes, except those whose volumes are on this one.\n' +
          'Waiting for it, since their data is there: shop/files, shop/orders.\n' +
          '2 of 3 managers are responding; the swarm accepts changes with 2 or more.',
        actions: [nodes],
      },
    ],
    [
      'without tasks',
      { node: 'host-2', address: '10.0.0.2', message: null, tasks: 0, waiting: [], managers: null },
      {
        tone: 'danger',
        title: 'Node host-2 is lost',
        text: '10.0.0.2 is not responding.\nNo tasks ran there.',
        actions: [nodes],
      },
    ],
  ],
  'node-back': [
    [
      '',
      { node: 'host-2', awaySeconds: 754 },
      {
        tone: 'success',
        title: 'Node host-2 is back',
        text: 'It responds again after 12 min 34 s. Tasks stay where they are until the next deployment or restart.',
        actions: [nodes],
      },
    ],
  ],
  'disk-filling': [
    [
      'at a rate',
      { ...filesystem, usedPercent: 80, fullInDays: 2.4, level: 'warning' },
      {
        tone: 'warning',
        title: 'The disk of h1 is 80 % full',
        text:
          'data (/srv/shipmate): 17.7 GiB free, full in about 2 d 10 h at this rate.\n' +
          '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
        actions: [{ label: 'Free up space', command: 'schedule run retention' }],
      },
    ],
    [
      'soon',
      { ...filesystem, usedPercent: 95, freeBytes: 1.24e9, fullInDays: 0.3, level: 'danger' },
      {
        tone: 'danger',
        title: 'The disk of h1 is 95 % full',
        text:
          'data (/srv/shipmate): 1.15 GiB free, full in about 7 h 12 min at this rate.\n' +
          '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
        actions: [{ label: 'Free up space', command: 'schedule run retention' }],
      },
    ],
    [
      'fast',
      { ...filesystem, usedPercent: 66, fullInDays: 3.1 / 24, isFast: true, level: 'danger' },
      {
        tone: 'danger',
        title: 'The disk of h1 fills up: full in about 3 h',
        text:
          'data (/srv/shipmate): 66 % full, 17.7 GiB free, by the growth of the last hour.\n' +
          '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
        actions: [{ label: 'Free up space', command: 'schedule run retention' }],
      },
    ],
    [
      'of which the rate is not known',
      { ...filesystem, usedPercent: 90, fullInDays: null, level: 'danger' },
      {
        tone: 'danger',
        title: 'The disk of h1 is 90 % full',
        text:
          'data (/srv/shipmate): 17.7 GiB free.\n' +
          '`schedule run retention` removes images, checkouts and logs that are no longer needed.',
        actions: [{ label: 'Free up space', command: 'schedule run retention' }],
      },
    ],
  ],
  'disk-freed': [
    [
      '',
      filesystem,
      { tone: 'success', title: 'The disk of h1 has space again', text: 'data (/srv/shipmate): 17.7 GiB free.' },
    ],
  ],
};
