import { explainDeployment } from '../../usecases/deployments/explain-deployment.ts';
import { whyReply } from '../../replies/why-reply.ts';
import { defineCommand } from '../command.ts';
import { text } from '../options.ts';

export const why = defineCommand({
  name: 'why',
  summary: 'Explain why a deployment failed, with the likely causes and what mends each',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { subject: text('Application, for its last deployment, or the id of a deployment', 'application') },
  examples: ['why shop/api', 'why 3f2c1ab4'],
  async run({ deps, user }, { subject }) {
    return whyReply(await explainDeployment(deps, user, subject));
  },
});
