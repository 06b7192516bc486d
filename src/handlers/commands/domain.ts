import { readable } from '../../usecases/domains/domain-name.ts';
import { type DomainSettings, readMaxBody, readTimeout } from '../../usecases/domains/domain-settings.ts';
import { addDomain, type ChangedDomain, removeDomain, setDomain } from '../../usecases/domains/change-domains.ts';
import { type ListedDomain, listDomains } from '../../usecases/domains/list-domains.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { isDatabase, leadsToDatabase } from '../../usecases/domains/domain-target.ts';
import { defineCommand } from '../command.ts';
import { addForDatabase, requireNoAllowList, requireNoHttpOptions, setForDatabase } from './database-domain.ts';
import { choice, flag, integer, many, named, optional, text } from '../options.ts';
import { formatDuration } from '../../units/durations.ts';
import { formatSize } from '../../units/sizes.ts';
import { formatDay } from '../../units/times.ts';

const allow = optional(named(many(text('Database: networks that may connect, e.g. `203.0.113.0/24,198.51.100.7`'))));

const limits = {
  maxBody: optional(named(text('Largest request body, e.g. `50M`; `none`: no limit'))),
  timeout: optional(named(text('Longest wait for the start of a response, e.g. `60s`; `none`: no limit'))),
  www: optional(named(choice('Whether the domain with (or without) `www.` redirects here', ['redirect', 'none']))),
};

/** A longer list is no overview. */
const mostListed = 100;

export const domainAdd = defineCommand({
  name: 'domain add',
  summary: 'Serve an application at your own domain, or let known addresses reach a database by TLS',
  role: 'developer',
  answers: 'channel',
  options: {
    domain: text('Host name, e.g. `shop.example.com`; `*.example.com` covers every name one level below'),
    app: text('Application or database', 'application'),
    port: optional(
      named(
        integer('Port of the application (default: its first), or of the nodes for a database', {
          min: 1,
          max: 65_535,
        }),
      ),
    ),
    allow,
    noTls: flag('Serve HTTP only: no certificate, no redirect to HTTPS'),
    hsts: flag('Tell browsers to use HTTPS only, for a year (HSTS)'),
    ...limits,
  },
  form: ['domain', 'app', 'port'],
  examples: [
    'domain add shop.example.com shop/api',
    'domain add example.com shop/web --www redirect --max-body 50M --timeout 60s',
    'domain add db.example.com shop/orders --port 5432 --allow 203.0.113.0/24',
  ],
  async run({ deps, user, origin }, input) {
    if (await isDatabase(deps, user, input.app)) {
      requireNoHttpOptions({ ...httpOptions(input), 'no-tls': input.noTls, hsts: input.hsts });
      return addForDatabase(deps, { ...input, database: input.app, user, origin });
    }
    requireNoAllowList(input.allow);
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
    port: optional(
      named(integer('Port of the application (0: its first), or of the nodes for a database', { min: 0, max: 65_535 })),
    ),
    allow,
    tls: optional(named(choice('Whether it has a certificate and redirects to HTTPS', ['on', 'off']))),
    hsts: optional(named(choice('Whether browsers must use HTTPS (HSTS)', ['on', 'off']))),
    ...limits,
  },
  examples: ['domain set shop.example.com --max-body 1G --timeout none', 'domain set shop.example.com --tls off'],
  async run({ deps, user, origin }, input) {
    if (await leadsToDatabase(deps, user, input.domain)) {
      requireNoHttpOptions({ ...httpOptions(input), tls: input.tls, hsts: input.hsts });
      return setForDatabase(deps, { ...input, port: input.port || undefined, user, origin });
    }
    requireNoAllowList(input.allow);
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
      text: [`${both} removed from \`${changed.target}\`.`, ...notYetServed(changed)].join(' '),
      data: { domain: name, [changed.domain.targetType]: changed.target },
    };
  },
});

export const domainList = defineCommand({
  name: 'domain list',
  summary: 'List the domains you see',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { app: optional(text('Only for this application or database', 'application')) },
  async run({ deps, user }, { app }) {
    const found = await listDomains(deps, user, { target: app, most: mostListed + 1 });
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
      data: domains.map(({ domain, target, certificateExpiresAt }) => ({
        id: domain.id,
        domain: domain.domain,
        application: domain.targetType === 'application' ? target : null,
        database: domain.targetType === 'database' ? target : null,
        allow: domain.allowed ?? null,
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

function domainRow({ domain, target, certificateExpiresAt }: ListedDomain): string[] {
  const leadsTo = domain.redirectTo?.domain ?? (domain.port ? `${target}:${domain.port}` : target);
  const until = certificateExpiresAt && `until ${formatDay(certificateExpiresAt)}`;
  return [domain.domain, leadsTo, domain.tlsEnabled ? (until ?? 'no certificate yet') : 'off'];
}

function httpOptions({ maxBody, timeout, www }: { maxBody?: unknown; timeout?: unknown; www?: unknown }) {
  return { 'max-body': maxBody, timeout, www };
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

function notYetServed({ applied }: Pick<ChangedDomain, 'applied'>): string[] {
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
