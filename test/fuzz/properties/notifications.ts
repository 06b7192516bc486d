import fc from 'fast-check';
import { renderReply as renderConsole } from '../../../src/bots/console/render.ts';
import { renderReply as renderSlack } from '../../../src/bots/slack/render.ts';
import type { NotificationFact } from '../../../src/entities/notification-facts.ts';
import { factReply } from '../../../src/replies/notifications.ts';
import { backupFacts } from '../../support/worded-facts/backups.ts';
import { certificateFacts } from '../../support/worded-facts/certificates.ts';
import { healthFacts } from '../../support/worded-facts/health.ts';
import { hostAppFacts } from '../../support/worded-facts/host-apps.ts';
import { hostFacts } from '../../support/worded-facts/hosts.ts';
import { workFacts } from '../../support/worded-facts/work.ts';
import { notificationEvents } from '../../../src/entities/notification-route.ts';
import { channelOf } from '../../../src/usecases/notifications/notification-channel.ts';
import { eventsOf, parsePattern } from '../../../src/usecases/notifications/notification-subscription.ts';
import { property } from '../property.ts';
import { anyText, textOf } from '../texts.ts';

const worded = { ...backupFacts, ...certificateFacts, ...healthFacts, ...hostFacts, ...hostAppFacts, ...workFacts };
const facts = Object.entries(worded).flatMap(([kind, forms]) => forms.map(([, fact]) => ({ kind, ...fact })));
/** What others wrote; the rest is Shipmate's own. */
const written = [
  'account',
  'address',
  'app',
  'application',
  'branch',
  'database',
  'disk',
  'domain',
  'host',
  'issuer',
  'job',
  'message',
  'node',
  'page',
  'path',
  'reason',
  'repository',
  'requestedBy',
];

export const notifications = property({
  name: 'notifications',
  inputs: 30_000,
  from: fc.record({ fact: fc.constantFrom(...facts), text: anyText }),
  async call({ fact, text }) {
    const changed = Object.entries(fact).map(([key, value]) => [key, isWritten(key, value) ? text : value]);
    const reply = await factReply(Object.fromEntries(changed) as NotificationFact);
    renderSlack(reply);
    renderConsole(reply, { color: true, width: 80 });
  },
});

function isWritten(key: string, value: unknown): boolean {
  return typeof value === 'string' && written.includes(key);
}

const inSlack = { platform: 'slack', channel: 'C0123ABCD' } as const;
const readRoute: ((text: string) => unknown)[] = [parsePattern, eventsOf, (text) => channelOf(text, inSlack)];
const words = ['shop', '/', '*', '**', '-', ' ', ',', 'all', ...notificationEvents];
const channels = ['here', '<#', '>', '|', '#', 'slack:', 'discord:', 'C0123ABCD', '1'.repeat(18), 'console'];

export const notificationRoutes = property({
  name: 'patterns, events and channels of notification routes',
  inputs: 60_000,
  from: fc.tuple(fc.constantFrom(...readRoute), textOf([...words, ...channels], 100_000)),
  call: ([read, text]) => read(text),
});
