import type { TargetCheck } from '../../usecases/domains/domain-checks.ts';
import type { Finding } from './finding.ts';

export function targetFinding({ application, deployed, port, tasks }: TargetCheck): Finding {
  const found = (state: Finding['state'], text: string): Finding => ({ part: 'Application', state, text });
  if (port === undefined) {
    return found(
      'wrong',
      `\`${application}\` has no port. Specify the port it listens on: \`app set ${application} port=3000\`.`,
    );
  }
  if (!deployed) {
    return found('wrong', `\`${application}\` has never been deployed: \`deploy ${application}\`.`);
  }
  const { replicas, running } = tasks;
  if (replicas === 0) return found('wrong', `\`${application}\` is stopped: \`start ${application}\`.`);
  if (running === 0) {
    return found('wrong', `No task of \`${application}\` runs: \`logs ${application}\` shows why.`);
  }
  const state = running < replicas ? 'warning' : 'good';
  return found(state, `${running} of ${replicas} tasks of \`${application}\` run, on port ${port}.`);
}
