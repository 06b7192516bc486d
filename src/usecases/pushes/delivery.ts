import type { CommitRange } from '../../entities/deployment-metadata.ts';
import type { GitProvider } from '../../entities/git-provider.ts';
import type { ImageRegistry } from '../../entities/image-registry.ts';
import type { PushedRef } from '../../git-hosts/push.ts';
import type { AuditSource } from '../record-audit.ts';
import type { WebhookSource } from './webhook-source.ts';

export interface Delivery {
  provider: GitProvider | ImageRegistry;
  deliveryId: string;
  /** Id of the git source whose secret signed it. */
  signedBy: string;
  /** Hexadecimal SHA-256. */
  bodyHash: string;
  event: string;
  repository: string;
  audit: AuditSource;
}

/** Answer to the git host. */
export type DeliveryOutcome =
  | {
      deliveryId: string;
      /** With the commit that was pushed, or the image. */
      deployments: ({ id: string; application: string } & ({ commit: string } | { image: string }))[];
      /** Reasons why other applications of the push are held back. */
      held?: string[];
    }
  | {
      deliveryId: string;
      /** Previews that the event concerns, each with what is to become of it. */
      previews: { application: string; number: number; becomes: 'open' | 'closed' }[];
    }
  | { ignored: string }
  | { duplicate: true };

/** A deployment that a push leads to. */
export interface Planned {
  /** Id the deployment will have. */
  id: string;
  source: WebhookSource;
  ref: PushedRef;
  commit: string;
  /** The application's newest commit when it was planned, where git has been asked. */
  seen?: string | undefined;
  /** No planned freeze of its project holds now. */
  thawed?: boolean;
  note?: string | undefined;
  range?: CommitRange | undefined;
}

/** @param reasons Why other applications of the push are not deployed. @param held Those that a lock or freeze holds back. */
export function deliveryOutcome(
  { deliveryId }: Delivery,
  planned: Planned[],
  reasons: string[],
  held: string[] = [],
): DeliveryOutcome {
  if (planned.length === 0) return { ignored: [...held, ...reasons].join('; ') || 'nothing to deploy' };
  const deployments = planned.map(({ id, source, commit }) => ({ id, application: sourceName(source), commit }));
  return { deliveryId, deployments, ...(held.length > 0 && { held }) };
}

/** e.g. `shop/api` */
export function sourceName({ application, project }: WebhookSource): string {
  return `${project.name}/${application.name}`;
}
