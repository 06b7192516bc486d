import type { Template, TemplateVariable } from '../compose/templates/manifest.ts';
import { databaseEngines } from '../database-engines/registry.ts';
import type { Furnished } from '../usecases/templates/furnish-application.ts';
import type { TemplatePlan } from '../usecases/templates/plan-template.ts';
import type { Field, Reply } from './reply.ts';
import { allOf } from '../word-lists.ts';

interface Made extends Furnished {
  plan: TemplatePlan;
}

/** Adds to the reply about a new application what its template made, and the secrets that are shown once. */
export function withTemplate(reply: Reply, { address, databases, plan }: Made, name?: string): Reply {
  const { after, volumes } = plan.template.manifest;
  const { shown } = plan.values;
  const secrets = Object.keys(shown);
  const unsaved = Object.keys(volumes);
  const lines = [
    reply.text,
    databases.length > 0 &&
      `It has ${allOf(databases)}, backed up like every database (\`db backups ${databases[0]}\`).`,
    unsaved.length > 0 && `Shipmate does not back up its volumes: ${allOf(unsaved)}.`,
    secrets.length > 0 && `Shown only now: ${allOf(secrets)}. \`env set <app> <name> --secret\` changes one.`,
    after?.replaceAll('<app>', name ?? '<app>'),
    name !== undefined && `Deploy it with \`deploy ${name}\`.`,
  ];
  return {
    ...reply,
    text: lines.filter(Boolean).join('\n'),
    ...(address !== undefined && { link: { label: address, url: address } }),
    ...(secrets.length > 0 && {
      private: true,
      fields: Object.entries(shown).map(([key, value]) => ({ name: key, value })),
    }),
  };
}

export function templateData({ address, databases, plan }: Made): Record<string, unknown> {
  return { template: plan.template.name, address: address ?? null, databases, shown: plan.values.shown };
}

export function templateListReply(templates: readonly Template[], from: string | undefined): Reply {
  const data = templates.map(({ manifest, name }) => ({ name, title: manifest.title, summary: manifest.summary }));
  if (templates.length === 0) {
    return {
      tone: 'info',
      text: 'That repository has no templates: folders with `template.yaml` and `compose.yaml`.',
      data,
    };
  }
  const option = from === undefined ? '' : ` --repo ${from}`;
  return {
    tone: 'info',
    title: 'Templates',
    text: `\`template show <name>${option}\` shows one, \`app create <project>/<app> --template <name>${option}\` creates it.`,
    table: {
      columns: ['Name', 'What it is'],
      rows: templates.map(({ manifest, name }) => [name, manifest.summary]),
      prose: true,
    },
    data,
  };
}

export function templateReply({ compose, manifest, name }: Template, from: string | undefined): Reply {
  const { after, databases, summary, title, variables, volumes } = manifest;
  const asked = variables.filter((one) => one.default === undefined && one.generate === undefined);
  const option = from === undefined ? '' : ` --repo ${from}`;
  const sets = asked.map((one) => ` --set ${one.name}=…`).join('');
  const fields: Field[] = [
    ...databases.map(({ as, name: database, type, version = databaseEngines[type].defaultVersion }) => ({
      name: `Database <app>-${database}`,
      value: `${type} ${version} as \`${as}\`, backed up like every database`,
    })),
    ...Object.entries(volumes).map(([volume, what]) => ({
      name: `Volume ${volume}`,
      value: `${what}; Shipmate does not back it up`,
    })),
    ...(after === undefined ? [] : [{ name: 'Then', value: after }]),
  ];
  return {
    tone: 'info',
    title,
    text: `${summary}.\nCreate it: \`app create <project>/<app> --template ${name}${option}${sets}\``,
    ...(fields.length > 0 && { fields }),
    ...(variables.length > 0 && {
      table: { columns: ['Variable', 'What', 'Value'], rows: variables.map(variableRow), prose: true },
    }),
    code: compose,
    data: { name, ...manifest, compose },
  };
}

function variableRow({ default: usual, generate, name, shown, summary }: TemplateVariable): string[] {
  if (generate !== undefined) return [name, summary, shown ? 'made, and shown once' : 'made'];
  return [name, summary, usual ?? 'asked for: --set'];
}
