import { change, type DeploymentContext, isOutside, step } from './deployment-context.ts';

/** Like `Swarm.pull`: returns a digest, since tags can move. Commits from outside get what everybody can pull. */
export async function pullImage(context: DeploymentContext, image: string): Promise<string> {
  const { config, swarm } = context.deps;
  const only = isOutside(context) ? [{ anonymous: true }] : [];
  return step(context, 'build', { ms: config.deployments.buildTimeoutMs, what: 'Pulling the image' }, (signal) =>
    swarm.pull(image, (text) => context.log.output(text, signal), signal, ...only),
  );
}

/** Like `Swarm.push`: returns a digest. */
export async function pushImage(context: DeploymentContext, image: string): Promise<string> {
  const { config, swarm } = context.deps;
  await change(context, { metadata: { progress: { phase: 'pushing' } } });
  context.log.line(`Pushing ${image}`);
  return step(context, 'push', { ms: config.deployments.buildTimeoutMs, what: 'Pushing the image' }, (signal) =>
    swarm.push(image, signal),
  );
}
