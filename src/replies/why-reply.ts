import { capitalised } from '../word-lists.ts';
import type { ExplainedDeployment } from '../usecases/deployments/explain-deployment.ts';
import { deploymentOutcome, versionText } from './deployment-words.ts';
import type { Reply } from './reply.ts';
import { shortId } from './short-id.ts';

/** The likely causes of a failed deployment in order, each with what mends it, and what they are drawn from. */
export function whyReply({ application, causes, changes, deployment, page }: ExplainedDeployment): Reply {
  const { metadata } = deployment;
  const outcome = deploymentOutcome(deployment);
  const what = `${application} ${versionText(deployment)}`.trim();
  const data = {
    application,
    deployment: deployment.id,
    outcome,
    error: metadata.error ?? null,
    causes: causes.map(({ id, cause, command, mend }) => ({ id, cause, mend, command })),
    changes,
  };
  if (causes.length === 0) {
    const text = `The deployment ${shortId(deployment.id)} of \`${application}\` has not failed: ${outcome}.`;
    return { tone: 'info', text, page, data };
  }
  const lines = metadata.failure?.lines ?? [];
  const changed = changeLines(changes);
  return {
    tone: 'warning',
    title: `Why ${what} failed`,
    text: causes.map(({ cause, mend }, at) => `${at + 1}. ${capital(cause)}. ${mend}.`).join('\n'),
    ...(changed.length > 0 && { fields: [{ name: 'Since the last success', value: changed.join('\n') }] }),
    ...(lines.length > 0 && { code: lines.join('\n') }),
    actions: [{ label: 'Logs', command: `logs ${application} --deployment ${shortId(deployment.id)}` }],
    page,
    data,
  };
}

function changeLines({
  commits,
  from,
  settings,
  variablesSet,
  variablesUnset,
}: ExplainedDeployment['changes']): string[] {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  return [
    ...(commits > 0 ? [`${commits} ${commits === 1 ? 'commit' : 'commits'} since ${from?.slice(0, 7) ?? '?'}`] : []),
    ...(settings.length > 0 ? [`settings changed: ${code(settings)}`] : []),
    ...(variablesSet.length > 0 ? [`variables set: ${code(variablesSet)}`] : []),
    ...(variablesUnset.length > 0 ? [`variables unset: ${code(variablesUnset)}`] : []),
  ];
}

function capital(clause: string): string {
  return capitalised(clause).replace(/\.$/, '');
}
