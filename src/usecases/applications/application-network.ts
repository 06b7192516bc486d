import type { Application } from '../../entities/application.ts';
import { networkName, stackResourceName } from '../../swarm/names.ts';

/**
 * The overlay network over which the ingress reaches an application: the project's, where its databases are. A preview
 * of commits from outside has one of its own, so that they reach nothing of the project.
 */
export function networkOf({ id, name, project, sourceConfig }: Application): string {
  if (!sourceConfig.preview?.outside) return networkName(project.name, project.id);
  return stackResourceName(project.name, name, id, 'preview-net');
}
