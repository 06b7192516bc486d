import { defineEntity, p } from '@mikro-orm/core';
import { creationTime, uuidKey } from './columns.ts';
import { isProject, oneOf, policiesFor } from './access.ts';
import { Project } from './project.ts';

export const domainTargetTypes = ['application', 'database', 'shipmate'] as const;
export type DomainTargetType = (typeof domainTargetTypes)[number];

/**
 * Lower-case labels of letters, digits and inner hyphens, at least two of them, the first may be `*`; at most
 * 253 characters. @see RFC 1035, 2.3.1 and RFC 1123, 2.1
 */
const domainFormat =
  `length(domain) <= 253 and ` +
  `domain ~ '^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'`;

/** No foreign key holds the target to the project, and the other project's people would see its traffic go here. */
const within =
  `((target_type = 'application' and exists (select from applications a where a.id = target_id and a.project_id = domains.project_id)) ` +
  `or (target_type = 'database' and exists (select from databases d where d.id = target_id and d.project_id = domains.project_id))) ` +
  `and (redirect_to_id is null or app_changes_domain(redirect_to_id))`;

const limits =
  'port >= 1 and port <= 65535 and max_body_bytes >= 1 and timeout_seconds >= 1 and timeout_seconds <= 86400';

/** A database's says who may connect, and is a port of the nodes with TLS; an application's says nothing of the kind. */
const ofDatabase = {
  allowed: "(target_type = 'database') = (allowed is not null) and jsonb_array_length(allowed) > 0",
  served: "target_type <> 'database' or (port is not null and tls_enabled and redirect_to_id is null)",
};

const DomainSchema = defineEntity({
  name: 'Domain',
  tableName: 'domains',
  // A port of the nodes belongs to one database.
  uniques: [{ name: 'domains_database_port_index', properties: ['port'], where: "target_type = 'database'" }],
  indexes: [{ properties: ['project'] }, { properties: ['targetType', 'targetId'] }, { properties: ['redirectTo'] }],
  checks: [
    { name: 'check_domain_format', expression: domainFormat },
    { name: 'check_domain_limits', expression: limits },
    { name: 'check_domain_allowed', expression: ofDatabase.allowed },
    { name: 'check_domain_of_database', expression: ofDatabase.served },
    { name: 'check_domain_of_project', expression: "(target_type = 'shipmate') = (project_id is null)" },
    { name: 'check_domain_target_type', expression: oneOf('target_type', domainTargetTypes) },
  ],
  policies: policiesFor('domains', {
    select: isProject('project_id', 'viewer'),
    insert: `${isProject('project_id', 'member')} and ${within}`,
    update: isProject('project_id', 'member'),
    updated: `${isProject('project_id', 'member')} and ${within}`,
    delete: isProject('project_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    /** Null for Shipmate's own address. */
    project: () => p.manyToOne(Project).nullable().deleteRule('cascade'),
    domain: p.string().length(255).unique(),
    targetType: p.string().$type<DomainTargetType>().length(50),
    /** An application, a database, or Shipmate, so there is no foreign key. */
    targetId: p.uuid(),
    tlsEnabled: p.boolean().default(true),
    /** Port of the application, null: its first; of the nodes for a database. */
    port: p.integer().nullable(),
    /** Redirects visitors to that domain, e.g. from `www.example.com` to `example.com`. */
    redirectTo: () => p.manyToOne(Domain).nullable().deleteRule('cascade'),
    /** Limit of the request size; null: none. */
    maxBodyBytes: p.bigint('number').nullable(),
    /** How long the application may take to start its response; null: no limit. */
    timeoutSeconds: p.integer().nullable(),
    /** Sends Strict-Transport-Security, so that browsers use HTTPS only. */
    hsts: p.boolean().default(false),
    /** Networks that may connect to a database, e.g. `203.0.113.0/24`; null for an application. */
    allowed: p.json<string[]>().nullable(),
    createdAt: creationTime(),
  },
});
export class Domain extends DomainSchema.class {}
DomainSchema.setClass(Domain);
