import type { Application } from '../../entities/application.ts';
import type { GitSource } from '../../entities/git-source.ts';

/** A git source with the application data that a push needs. */
export interface WebhookSource extends Pick<GitSource, 'id' | 'branch' | 'repository' | 'webhookConfig'> {
  /** The app of its host through which it is reached. */
  hostApp: { id: string } | null;
  /** Commit that was deployed last. */
  commitSha: string | null;
  application: Pick<Application, 'id' | 'name' | 'sourceType' | 'sourceConfig'>;
  project: { id: string; name: string };
  /** Changes with the secret, the repository, the branch, the names and the settings. */
  version: string;
}

/**
 * SQL that selects `WebhookSource` rows of applications that are not archived, in one round trip.
 * @param where Condition on the git source `s`, its application `a` and its project `p`.
 * @param columns More columns, e.g. `s.provider`.
 */
export function selectWebhookSources({ where, columns = [] }: { where: string; columns?: string[] }): string {
  return `select ${[...sourceColumns, ...columns].join(', ')}
    from git_sources s join applications a on a.id = s.application_id join projects p on p.id = a.project_id
    where a.deleted_at is null and ${where}
    order by s.id`;
}

const sourceColumns = [
  's.id',
  's.branch',
  's.repository',
  `case when s.host_app_id is not null then json_build_object('id', s.host_app_id) end as "hostApp"`,
  's.webhook_config as "webhookConfig"',
  's.commit_sha as "commitSha"',
  `json_build_object('id', a.id, 'name', a.name, 'sourceType', a.source_type, 'sourceConfig', a.source_config)
     as application`,
  `json_build_object('id', p.id, 'name', p.name) as project`,
  'webhook_source_version(s, a, p) as version',
];
