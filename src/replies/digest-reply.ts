import type { Chart } from '../charts/chart.ts';
import type { Digest, DigestDay, DigestDisk, DigestService } from '../entities/digest.ts';
import { formatPlanned, formatTime } from '../units/times.ts';
import { formatDuration } from '../units/durations.ts';
import { formatSize } from '../units/sizes.ts';
import { compared } from './digest-words.ts';
import { sparkline } from './sparkline.ts';
import { shortId } from './short-id.ts';
import type { Field, Reply, ReplyChart } from './reply.ts';

/** A digest in words, with its picture. */
export async function digestReply(digest: Digest): Promise<Reply> {
  const { drawChart } = await import('../charts/draw-chart.ts');
  const png = await drawChart(digestChart(digest));
  return { ...digestWords(digest), picture: { png, alt: pictureWords(digest) }, charts: [dayChart(digest)] };
}

/** A digest in words. */
export function digestWords(digest: Digest): Reply {
  const { failures, measures, scope, zone } = digest;
  const left = measures.failed + measures.rolledBack - failures.length;
  return {
    tone: concerns(digest) ? 'warning' : 'info',
    title: `Digest of ${scope}`,
    text: [
      `From ${formatPlanned(new Date(digest.from), zone)} to ${formatPlanned(new Date(digest.to), zone)}.`,
      countsOf(digest),
    ].join('\n'),
    fields: [...measureFields(digest), ...concernFields(digest)],
    ...(failures.length > 0 && {
      table: {
        columns: ['Failed', `When (${zone})`, 'Deployment', 'By', 'Why'],
        rows: [
          ...failures.map(({ application, at, by, deployment, version, why }) => [
            `${application} ${version}`.trim(),
            formatTime(new Date(at), zone).slice(0, 16),
            shortId(deployment),
            by,
            why,
          ]),
          ...(left > 0 ? [[`and ${left} more`, '', '', '', '']] : []),
        ],
      },
    }),
    data: digest,
  };
}

/** The bars of the picture. */
function dayChart({ days }: Digest): ReplyChart {
  return {
    title: 'Deployments a day',
    kind: 'bar',
    categories: days.map(({ day }) => dayLabel(day)),
    series: [
      { name: 'Succeeded', values: days.map(({ succeeded }) => succeeded) },
      { name: 'Rolled back', values: days.map(({ rolledBack }) => rolledBack) },
      { name: 'Failed', values: days.map(({ failed }) => failed) },
    ],
  };
}

/** The picture: what DORA measures above the last two weeks, of which the period stands out. */
export function digestChart(digest: Digest): Chart {
  const { days, from, scope, to, zone } = digest;
  const { broken, frequency, lead, restore } = compared(digest.measures, digest.earlier);
  const begin = dayOf(from, zone);
  return {
    title: scope.length > 44 ? `${scope.slice(0, 43)}…` : scope,
    subtitle: `${formatTime(new Date(from), zone).slice(0, 16)} to ${formatTime(new Date(to), zone)}`,
    tiles: [frequency, lead, broken, restore],
    series: [
      { name: 'Succeeded', color: 'good' },
      { name: 'Rolled back', color: 'warning' },
      { name: 'Failed', color: 'bad' },
    ],
    bars: days.map(({ day, failed, rolledBack, succeeded }) => ({
      label: dayLabel(day),
      parts: [succeeded, rolledBack, failed],
    })),
    emphasised: days.filter(({ day }) => day >= begin).length,
  };
}

/** Alternative text for the picture: the same data as a line of bars. */
function pictureWords({ days }: Digest): string {
  const totals = days.map(total);
  const bars = sparkline(totals, Math.max(1, ...totals));
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  return `Deployments a day, ${first} to ${last}: ${bars} (most ${Math.max(0, ...totals)})`;
}

function total({ failed, rolledBack, succeeded }: DigestDay): number {
  return failed + rolledBack + succeeded;
}

function countsOf({ measures }: Digest): string {
  const { ended, failed, rolledBack, succeeded } = measures;
  if (ended === 0) return 'Nothing was deployed.';
  const bad = [failed > 0 && `${failed} failed`, rolledBack > 0 && `${rolledBack} rolled back`].filter(Boolean);
  const all = `${ended} ${ended === 1 ? 'deployment' : 'deployments'}`;
  return bad.length === 0
    ? `${all}, all of them succeeded.`
    : `${all}: ${[`${succeeded} succeeded`, ...bad].join(', ')}.`;
}

function measureFields({ earlier, measures }: Digest): Field[] {
  return Object.values(compared(measures, earlier)).map(({ label, note, value }) => ({
    name: label,
    value: `${value} (${note})`,
  }));
}

function concernFields(digest: Digest): Field[] {
  const { backups, certificates, disks, lostNodes, services, to, zone } = digest;
  const end = new Date(to).getTime();
  const list = (name: string, lines: string[]): Field[] =>
    lines.length === 0 ? [] : [{ name, value: lines.join('\n') }];
  return [
    ...list(
      'Services',
      services.map((service) => serviceLine(service, zone)),
    ),
    ...list('Backups', backups ? backupLines(backups) : []),
    ...list(
      'Certificates expiring soon',
      certificates.map(({ domain, expiresAt }) => `${domain}: ${expiry(new Date(expiresAt).getTime() - end)}`),
    ),
    ...list('Disks', disks.map(diskLine)),
    ...list('Nodes that do not answer', lostNodes),
  ];
}

function serviceLine({ application, error, incidents, restarts, since }: DigestService, zone: string): string {
  const state = since === null ? 'well again' : `unhealthy since ${formatPlanned(new Date(since), zone)}`;
  const often = incidents > 1 ? `, ${incidents} times` : '';
  const ended = restarts > 0 ? `, ${restarts} tasks ended` : '';
  return `${application}: ${state}${often}${ended}${error === null ? '' : ` (${error})`}`;
}

function backupLines({ bytes, failed, made, verified, without }: NonNullable<Digest['backups']>): string[] {
  const counts = [
    `${made} made${bytes > 0 ? ` (${formatSize(bytes)})` : ''}`,
    ...(verified > 0 ? [`${verified} verified by restoring`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  return [counts.join(', '), ...(without.length > 0 ? [`Without a good last backup: ${without.join(', ')}`] : [])];
}

function expiry(ms: number): string {
  return ms <= 0 ? 'has ended' : `in ${formatDuration(ms)}`;
}

function diskLine({ freeBytes, fullInDays, host, name, usedPercent }: DigestDisk): string {
  const full = fullInDays === null ? '' : `, full in about ${formatDuration(fullInDays * 86_400_000)}`;
  return `${name} on ${host}: ${usedPercent} % used, ${formatSize(freeBytes)} free${full}`;
}

function concerns({ backups, certificates, disks, lostNodes, services }: Digest): boolean {
  return (
    certificates.length > 0 ||
    lostNodes.length > 0 ||
    disks.some(({ level }) => level !== 'ok') ||
    services.some(({ since }) => since !== null) ||
    (backups !== null && (backups.failed > 0 || backups.without.length > 0))
  );
}

/** `2026-11-27` in the zone. */
function dayOf(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(new Date(iso));
}

function dayLabel(day: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(new Date(day));
}
