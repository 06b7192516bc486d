import type { WordedFacts } from './worded-facts.ts';
import type { AbsentNode } from '../../../src/entities/notification-facts.ts';

const applicationActions = [
  { label: 'Logs', command: 'logs shop/api' },
  { label: 'Status', command: 'status shop/api' },
];
const databaseActions = [
  { label: 'Logs', command: 'db logs shop/orders' },
  { label: 'Show', command: 'db show shop/orders' },
];
const waitsFor: AbsentNode = {
  volume: 'shop-media',
  node: 'node-3',
  state: 'down',
  message: 'heartbeat failure',
  since: '2026-12-01T08:30:00.000Z',
};

export const healthFacts: WordedFacts<
  'application-unhealthy' | 'application-healthy' | 'database-unhealthy' | 'database-healthy'
> = {
  'application-unhealthy': [
    [
      'of which too few tasks run',
      {
        application: 'shop/api',
        running: 1,
        replicas: 3,
        short: ['worker', 'mailer'],
        exited: 5,
        errors: ['exited with code 1', 'no space', 'killed', 'a fourth'],
        waitsFor: null,
      },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text:
          'Only 1 of 3 tasks is running; short of tasks: worker, mailer.\n' +
          '5 tasks exited in the last ten minutes: exited with code 1; no space; killed.',
        actions: applicationActions,
      },
    ],
    [
      'whose only task takes no connections',
      {
        application: 'shop/api',
        running: 1,
        replicas: 1,
        short: [],
        exited: 0,
        errors: ['nothing listens on port 4000; the container listens on 3000'],
        waitsFor: null,
        reached: { answering: 0, tasks: 1 },
      },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text: 'Its task does not take connections: nothing listens on port 4000; the container listens on 3000.',
        actions: applicationActions,
      },
    ],
    [
      'one of whose tasks takes no connections',
      {
        application: 'shop/api',
        running: 3,
        replicas: 3,
        short: [],
        exited: 0,
        errors: ['nothing answers on port 4000'],
        waitsFor: null,
        reached: { answering: 2, tasks: 3 },
      },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text: '1 of 3 tasks does not take connections: nothing answers on port 4000.',
        actions: applicationActions,
      },
    ],
    [
      'whose tasks keep exiting',
      { application: 'shop/api', running: 2, replicas: 2, short: [], exited: 1, errors: [], waitsFor: null },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text: 'Its tasks keep exiting.\n1 task exited in the last ten minutes.',
        actions: applicationActions,
      },
    ],
    [
      'whose tasks do not start',
      {
        application: 'shop/api',
        running: 0,
        replicas: 2,
        short: [],
        exited: 0,
        errors: ['no such image'],
        waitsFor: null,
      },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text: 'Only 0 of 2 tasks are running.\nErrors: no such image.',
        actions: applicationActions,
      },
    ],
    [
      'that waits for a node',
      { application: 'shop/api', running: 0, replicas: 1, short: [], exited: 0, errors: [], waitsFor },
      {
        tone: 'danger',
        title: 'shop/api is unhealthy',
        text:
          'The data of the volume `shop-media` is on node `node-3`, which is down since 2026-12-01 08:30 UTC ' +
          '(heartbeat failure). Tasks wait for that node: start it again. If it is permanently lost, ' +
          '`volume pin shop-media <node>` starts with an empty volume on another node.',
        actions: applicationActions,
      },
    ],
  ],
  'application-healthy': [
    [
      'with several tasks',
      { application: 'shop/api', replicas: 3 },
      {
        tone: 'success',
        title: 'shop/api is healthy again',
        text: 'All 3 tasks are running.',
        actions: applicationActions,
      },
    ],
    [
      'with one task',
      { application: 'shop/api', replicas: 1 },
      {
        tone: 'success',
        title: 'shop/api is healthy again',
        text: 'Its task is running.',
        actions: applicationActions,
      },
    ],
  ],
  'database-unhealthy': [
    [
      '',
      { database: 'shop/orders', reason: 'exited with code 137' },
      {
        tone: 'danger',
        title: 'The database shop/orders is unhealthy',
        text: 'It is not responding: exited with code 137.',
        actions: databaseActions,
      },
    ],
  ],
  'database-healthy': [
    [
      '',
      { database: 'shop/orders' },
      {
        tone: 'success',
        title: 'The database shop/orders is healthy again',
        text: 'It is responding.',
        actions: databaseActions,
      },
    ],
  ],
};
