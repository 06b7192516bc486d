import type { Reply } from '../../replies/reply.ts';
import type { ChangedVariables } from '../../usecases/variables/change-variables.ts';
import { allOf } from '../../word-lists.ts';

/** Most applications that one sentence names. */
const mostNamed = 20;

/** A change of shared variables, with who gets another value at their next deployment. */
export function affectedReply(text: string, { affected, notShared, scope }: ChangedVariables, data: object): Reply {
  const applications = affected.filter(({ previews }) => !previews).map(({ application }) => application);
  const previews = affected.filter((one) => one.previews).map(({ application }) => application);
  const notYet = notShared.map(({ hint, name }) => `\`\${shared.${name}}\` is not set yet. ${hint}`.trimEnd());
  const lines = [
    applications.length > 0
      ? `Affected: ${named(applications)}, with their next deployment: \`redeploy ${applications[0]}\`.`
      : 'No application refers to it yet.',
    ...(previews.length > 0 ? [`Previews of ${named(previews)} get it with their next deployment.`] : []),
  ];
  return {
    tone: 'success',
    text: [text, ...notYet, ...(applications.length === 0 && previews.length > 0 ? lines.slice(1) : lines)].join(' '),
    ...(applications.length > 1 && {
      actions: applications.slice(0, 5).map((name) => ({ label: `Redeploy ${name}`, command: `redeploy ${name}` })),
    }),
    data: {
      project: scope.project.name,
      environment: scope.environment === '' ? null : scope.environment,
      ...data,
      affected: affected.map(({ application, names, previews: ofPreviews }) => ({
        application,
        previews: ofPreviews,
        variables: names,
      })),
    },
  };
}

function named(names: readonly string[]): string {
  if (names.length <= mostNamed) return allOf(names);
  return `${allOf(names.slice(0, mostNamed))} and ${names.length - mostNamed} more`;
}
