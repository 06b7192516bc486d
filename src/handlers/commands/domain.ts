import { readable } from '../../usecases/domains/domain-name.ts';
import { type DomainSettings, readMaxBody, readTimeout } from '../../usecases/domains/domain-settings.ts';
import { addDomain, type ChangedDomain, removeDomain, setDomain } from '../../usecases/domains/change-domains.ts';
import { type ListedDomain, listDomains } from '../../usecases/domains/list-domains.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { defineCommand } from '../command.ts';
import { choice, flag, integer, named, optional, text } from '../options.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatSize } from '../../units/sizes.ts';
import { formatDay } from '../../units/times.ts';

const limits = {
  maxBody: optional(named(text('Largest request body, e.g. `50M`; `none`: no limit'))),
  timeout: optional(named(text('Longest wait for the start of a response, e.g. `60s`; `none`: no limit'))),
  www: optional(named(choice('Whether the domain with (or without) `www.` redirects here', ['redirect', 'none']))),
};

/** A longer list is no overview. */
const mostListed = 100;

export const domainAdd = defineCommand({
  name: 'domain add',
  summary: 'Serve an application at your own domain',
  role: 'developer',
  answers: 'channel',
  options: {
    domain: text('Host name, e.g. `shop.example.com`; `*.example.com` covers every name one level below'),
    app: text('Application', 'application'),
    port: optional(named(integer('Port of the application; default: its first one', { min: 1, max: 65_535 }))),
    noTls: flag('Serve HTTP only: no certificate, no redirect to HTTPS'),
    hsts: flag('Tell browsers to use HTTPS only, for a year (HSTS)'),
    ...limits,
  },
  examples: [
    'domain add shop.example.com shop/api',
    'domain add example.com shop/web --www redirect --max-body 50M --timeout 60s',
  ],
  async run({ deps, user, origin }, input) {
    const changed = await addDomain(deps, {
      user,
      origin,
      domain: input.domain,
      application: input.app,
      wwwRedirect: input.www === 'redirect',
      settings: { port: input.port, tls: !input.noTls, hsts: input.hsts, ...limitsOf(input) },
    });
    const { domain, twin } = changed;
    const unicode = readable(domain.domain);
    const name = unicode ? `\`${domain.domain}\` (${unicode})` : `\`${domain.domain}\``;
    const redirect = twin ? `, and \`${twin}\` redirects there` : '';
    const lines = [
      `${name} points to \`${applicationName(changed.application)}\`${redirect}.`,
      `\`domain check ${domain.domain}\` shows what is left to do: DNS, ports, certificate.`,
    ];
    return { tone: 'success', text: [...lines, ...notYetServed(changed)].join(' '), data: domainData(changed) };
  },
});

export const domainSet = defineCommand({
  name: 'domain set',
  summary: 'Change the settings of a domain',
  role: 'developer',
  answers: 'channel',
  options: {
    domain: text('Domain', 'domain'),
    port: optional(named(integer('Port of the application; 0: its first one', { min: 0, max: 65_535 }))),
    tls: optional(named(choice('Whether it has a certificate and redirects to HTTPS', ['on', 'off']))),
    hsts: optional(named(choice('Whether browsers must use HTTPS (HSTS)', ['on', 'off']))),
    ...limits,
  },
  examples: ['domain set shop.example.com --max-body 1G --timeout none', 'domain set shop.example.com --tls off'],
  async run({ deps, user, origin }, input) {
    const changed = await setDomain(deps, {
      user,
      origin,
      domain: input.domain,
      wwwRedirect: input.www && input.www === 'redirect',
      settings: {
        port: input.port === 0 ? null : input.port,
        tls: input.tls && input.tls === 'on',
        hsts: input.hsts && input.hsts === 'on',
        ...limitsOf(input),
      },
    });
    const text = `\`${changed.domain.domain}\`: ${termsOf(changed)}.`;
    return { tone: 'success', text: [text, ...notYetServed(changed)].join(' '), data: domainData(changed) };
  },
});

export const domainRemove = defineCommand({
  name: 'domain remove',
  summary: 'Remove a domain and its certificates',
  role: 'developer',
  answers: 'channel',
  options: { domain: text('Domain', 'domain') },
  async run({ deps, user, origin }, { domain }) {
    const changed = await removeDomain(deps, { user, origin, domain });
    const name = changed.domain.domain;
    const both = changed.twin ? `\`${name}\` and \`${changed.twin}\` are` : `\`${name}\` is`;
    return {
      tone: 'success',
      text: [`${both} removed from \`${applicationName(changed.application)}\`.`, ...notYetServed(changed)].join(' '),
      data: { domain: name, application: applicationName(changed.application) },
    };
  },
});

export const domainList = defineCommand({
  name: 'domain list',
  summary: 'List the domains you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Only for this application', 'application')) },
  async run({ deps, user }, { app }) {
    const found = await listDomains(deps, user, { application: app, most: mostListed + 1 });
    const domains = found.slice(0, mostListed);
    if (domains.length === 0) {
      return { tone: 'info', text: 'No domains yet. `domain add shop.example.com <app>` adds one.', data: [] };
    }
    return {
      tone: 'info',
      title: 'Domains',
      ...(found.length > mostListed && {
        text: `These are the first ${mostListed}. \`domain list <app>\` lists those of one application.`,
      }),
      table: { columns: ['Domain', 'Points to', 'HTTPS'], rows: domains.map(domainRow) },
      data: domains.map(({ domain, application, certificateExpiresAt }) => ({
        id: domain.id,
        domain: domain.domain,
        application,
        redirectTo: domain.redirectTo?.domain ?? null,
        port: domain.port,
        tls: domain.tlsEnabled,
        hsts: domain.hsts,
        maxBodyBytes: domain.maxBodyBytes,
        timeoutSeconds: domain.timeoutSeconds,
        certificateExpiresAt: certificateExpiresAt?.toISOString() ?? null,
      })),
    };
  },
});

function domainRow({ domain, application, certificateExpiresAt }: ListedDomain): string[] {
  const target = domain.redirectTo?.domain ?? (domain.port ? `${application}:${domain.port}` : application);
  const until = certificateExpiresAt && `until ${formatDay(certificateExpiresAt)}`;
  return [domain.domain, target, domain.tlsEnabled ? (until ?? 'no certificate yet') : 'off'];
}

function limitsOf({
  maxBody,
  timeout,
}: {
  maxBody?: string | undefined;
  timeout?: string | undefined;
}): DomainSettings {
  return {
    maxBodyBytes: maxBody === undefined ? undefined : readMaxBody(maxBody),
    timeoutSeconds: timeout === undefined ? undefined : readTimeout(timeout),
  };
}

function termsOf({ domain, twin }: ChangedDomain): string {
  return [
    `port ${domain.port ?? '(the application’s first)'}`,
    `HTTPS ${domain.tlsEnabled ? 'on' : 'off'}${domain.hsts ? ' and nothing else (HSTS)' : ''}`,
    `requests of ${domain.maxBodyBytes ? `up to ${formatSize(domain.maxBodyBytes)}` : 'any size'}`,
    domain.timeoutSeconds ? `an answer within ${formatDuration(domain.timeoutSeconds * 1_000)}` : 'no time-out',
    ...(twin ? [`\`${twin}\` redirects here`] : []),
  ].join(', ');
}

function notYetServed({ applied }: ChangedDomain): string[] {
  return applied ? [] : ['The ingress does not answer right now; Shipmate tries again every minute.'];
}

function domainData({ application, domain, twin }: ChangedDomain) {
  return {
    id: domain.id,
    domain: domain.domain,
    application: applicationName(application),
    redirectFrom: twin ?? null,
    port: domain.port ?? null,
    tls: domain.tlsEnabled,
    hsts: domain.hsts,
    maxBodyBytes: domain.maxBodyBytes ?? null,
    timeoutSeconds: domain.timeoutSeconds ?? null,
  };
}
