import fc from 'fast-check';
import { checkCommit, checkRef, checkUrl } from '../../../src/git/check-arguments.ts';
import { readPrivateKey } from '../../../src/git/private-key.ts';
import { repositoryPage } from '../../../src/git-hosts/clone-url.ts';
import { anyDuration, formatDuration, readDuration } from '../../../src/units/durations.ts';
import { anySize, formatSize, readSize } from '../../../src/units/sizes.ts';
import {
  applySettings,
  type SettingsDraft,
  settings,
  shownSettings,
} from '../../../src/usecases/applications/application-settings.ts';
import { requireNameableImage } from '../../../src/usecases/applications/image-settings.ts';
import { freezeAt, freezeMinutes, requireSchedule } from '../../../src/usecases/deployments/hold/freeze-schedule.ts';
import { nextDigest, parseDigest } from '../../../src/usecases/notifications/digest-schedule.ts';
import { parseQuiet, quietUntil } from '../../../src/usecases/notifications/quiet-hours.ts';
import { property } from '../property.ts';
import { anyText, textOf } from '../texts.ts';

const now = new Date('2026-11-28T12:00:00Z');
const draft: SettingsDraft = { source: {}, docker: {}, replicas: 1 };
const values = textOf(
  [
    ...Object.values(settings).map(({ example }) => example),
    ',',
    '/',
    '..',
    '-',
    '*',
    '{',
    '}',
    '[',
    '"',
    ' ',
    '1',
    ':',
  ],
  4_096,
);

export const settingValues = property({
  name: 'settings of applications',
  inputs: 120_000,
  from: fc.tuple(fc.constantFrom(...Object.keys(settings)), values),
  call: (assignment) => shownSettings(applySettings(draft, [assignment])),
});

export const branchNames = property({
  name: 'branches and commits',
  inputs: 30_000,
  from: textOf(['main', '/', '.', '..', '@{', '.lock', '-', '~', '^', ':', '\\', 'a'.repeat(40), '@'], 2_000),
  call(text) {
    checkCommit(
      text
        .slice(0, 40)
        .replaceAll(/[^0-9a-f]/g, '0')
        .padEnd(40, '0'),
    );
    checkRef(text);
  },
});

export const cloneUrls = property({
  name: 'clone URLs',
  inputs: 30_000,
  from: textOf([
    'https://',
    'ssh://',
    'git@',
    'file://',
    'ext::',
    'host',
    ':',
    '/',
    'a/b',
    '.git',
    '@',
    '%',
    '[',
    '#',
    '-',
  ]),
  call(text) {
    repositoryPage(text);
    checkUrl(text);
  },
});

export const imageReferences = property({
  name: 'image references',
  inputs: 40_000,
  from: textOf([
    'nginx',
    ':1.27',
    '@sha256:',
    '0'.repeat(64),
    '/',
    'localhost:5000/',
    '.',
    '_',
    '-',
    'A',
    'shipmate',
    ' ',
  ]),
  call: (text) => requireNameableImage({ registry: 'registry.example:5000/acme' }, 'image', text),
});

export const schedules = property({
  name: 'cron texts',
  inputs: 30_000,
  from: fc.tuple(
    textOf(
      ['*', '0', '59', '-', ',', '/', '?', 'L', '#', 'W', 'FRI', 'JAN', '@daily', ' ', '0 16 * * FRI', '31 2'],
      300,
    ),
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom('UTC', 'Europe/Berlin') }, { weight: 1, arbitrary: anyText }),
  ),
  call([starts, zone]) {
    requireSchedule({ starts, zone });
    freezeAt([{ starts, zone, durationMinutes: freezeMinutes('2h'), reason: '' }], now);
  },
});

const readTime: ((text: string) => unknown)[] = [
  (text) => formatDuration(readDuration(text, anyDuration)),
  (text) => formatSize(readSize(text, anySize)),
  (text) => nextDigest({ digest: parseDigest(text), zone: 'UTC' }, now),
  (text) => quietUntil({ quiet: parseQuiet(text), zone: 'Europe/Berlin' }, now),
];
const times = [
  '1',
  '9.5',
  'd',
  'h',
  'm',
  'ms',
  'µs',
  'G',
  'GiB',
  'k',
  'B',
  '-',
  ' ',
  ':',
  '22:00',
  'weekly',
  '@',
  'fri',
];

export const timesAndSizes = property({
  name: 'durations, sizes, digests and quiet hours',
  inputs: 100_000,
  from: fc.tuple(fc.constantFrom(...readTime), textOf(times)),
  call: ([read, text]) => read(text),
});

export const privateKeys = property({
  name: 'private keys',
  inputs: 10_000,
  from: textOf([
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    '-----END OPENSSH PRIVATE KEY-----',
    '\n',
    '\r\n',
    'AAAA',
    ' ',
    '=',
    'ssh-rsa',
  ]),
  call: readPrivateKey,
});
