import { setOrRemove } from './health-settings.ts';
import { joinList, splitList } from './list-value.ts';
import * as check from './setting-checks.ts';
import { type Setting, sourceList, sourceText } from './setting-kinds.ts';

/** Settings of compose applications only. */
export const composeSettings: Record<string, Setting> = {
  'compose-file': {
    summary: 'Compose file inside the repository (default `compose.yaml`); more come over it, separated by commas',
    example: 'deploy/compose.yaml',
    get: ({ source }) =>
      source.compose_file === undefined
        ? undefined
        : joinList([source.compose_file, ...(source.compose_overrides ?? [])]),
    set({ source }, value) {
      const files = value === undefined ? [] : splitList('compose-file', value);
      const [first, ...more] = files.map((one) => check.pathInside('compose-file', one));
      setOrRemove(source, 'compose_file', first);
      setOrRemove(source, 'compose_overrides', more.length > 0 ? more : undefined);
    },
  },
  service: sourceText('compose_service', 'Compose service the ingress routes to', 'web', check.stackServiceName),
  profiles: sourceList('compose_profiles', 'Compose profiles to deploy', 'workers', (value) =>
    splitList('profiles', value).map((one) => check.profile('profiles', one)),
  ),
  'host-ports': {
    summary: 'Ports that its services may publish on every node; only admins change it',
    example: '5432,9000',
    admin: true,
    get: ({ source }) => source.compose_host_ports && joinList(source.compose_host_ports.map(String)),
    set: ({ source }, value) =>
      setOrRemove(
        source,
        'compose_host_ports',
        value === undefined
          ? undefined
          : splitList('host-ports', value).map((one) => check.wholeNumber('host-ports', one, 1, 65_535)),
      ),
  },
  grants: {
    summary: 'What its services may have beyond a container; only admins change it',
    example: 'cap:NET_ADMIN,path:/srv/media',
    admin: true,
    get: ({ source }) => source.compose_grants && joinList(source.compose_grants),
    set: ({ source }, value) =>
      setOrRemove(
        source,
        'compose_grants',
        value === undefined ? undefined : splitList('grants', value).map((one) => check.grant('grants', one)),
      ),
  },
};
