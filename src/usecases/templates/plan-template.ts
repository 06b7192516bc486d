import { join } from 'node:path';
import { readBuiltIn } from '../../compose/templates/built-in.ts';
import { type Template, templateFiles } from '../../compose/templates/manifest.ts';
import type { SourceConfig } from '../../entities/application-config.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { findProject } from '../access/find-project.ts';
import type { Deps } from '../deps.ts';
import { requireDomain } from '../domains/domain-name.ts';
import { requireFreeDomain } from '../domains/require-free-domain.ts';
import { readRepositoryTemplate, type TemplateRepository } from './repository-templates.ts';
import { type TemplateValues, templateValues } from './template-values.ts';

export interface TemplateRequest {
  user: User;
  /** `project/app` of the application to be. */
  application: string;
  template: string;
  /** Undefined: a built-in template. */
  from?: TemplateRepository | undefined;
  /** Values of its variables. */
  given: readonly (readonly [string, string])[];
  domain?: string | undefined;
}

/** What is to be made of a template, checked as far as it can be before anything is. */
export interface TemplatePlan {
  template: Template;
  values: TemplateValues;
  /** Of the application. */
  settings: [string, string][];
  /** What the application keeps of a built-in template. */
  source: SourceConfig['template'];
  domain: string | undefined;
}

/** @throws {UserError} with what is missing, taken, or wrong in the template. */
export async function planTemplate(deps: Deps, request: TemplateRequest): Promise<TemplatePlan> {
  const { application, from } = request;
  const inRepository = from && (await readRepositoryTemplate(deps, from, request.template));
  const template = inRepository ?? (await readBuiltIn(request.template));
  const { manifest, name } = template;
  const values = templateValues(manifest, request.given);
  const domain = request.domain === undefined ? undefined : requireDomain(request.domain);
  if (domain !== undefined && manifest.port === undefined) {
    throw new UsageError(`The template \`${name}\` has nothing that visitors reach. Leave out \`--domain\`.`);
  }
  await requireFree(deps, request, databaseNames(application, template), domain);
  return {
    template,
    values,
    domain,
    settings: [
      ...(manifest.service === undefined ? [] : [['service', manifest.service] as [string, string]]),
      ...(manifest.port === undefined ? [] : [['port', String(manifest.port)] as [string, string]]),
      ...(inRepository ? [['compose-file', join(inRepository.folder, templateFiles.compose)] as [string, string]] : []),
    ],
    source: inRepository ? undefined : { name, text: template.compose },
  };
}

/** `shop/blog-db` for each database of the template, in their order. */
export function databaseNames(application: string, { manifest }: Template): string[] {
  return manifest.databases.map(({ name }) => `${application.trim()}-${name}`);
}

async function requireFree(
  deps: Deps,
  { application, user }: TemplateRequest,
  databases: string[],
  domain: string | undefined,
): Promise<void> {
  const [projectName = ''] = application.trim().split('/');
  await deps.database.asUser(user.id).transactional(async (em) => {
    const project = await findProject(em, projectName, { user, intent: 'manage' });
    const names = databases.map((one) => one.slice(one.indexOf('/') + 1));
    const [taken] = await em.find(ManagedDatabase, { project, name: { $in: names } }, { limit: 1 });
    if (taken) {
      const name = `${project.name}/${taken.name}`;
      throw new ConflictError(
        `The template makes the database \`${name}\`, which exists already. Choose another name.`,
      );
    }
    if (domain !== undefined) await requireFreeDomain(em, deps.config, domain, project);
  });
}
