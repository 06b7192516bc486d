/** A link to a page of this Shipmate that Slack shows more of. */
export interface PageLink {
  kind: 'deployment' | 'application';
  id: string;
  /** Empty when the link is not signed. */
  expires: string;
  signature: string;
}

const kinds = { deployments: 'deployment', applications: 'application' } as const;
const page = /^\/(deployments|applications)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/;

/** Undefined when the address is no such page. Slack hands links over with entities. */
export function parsePageLink(address: string, publicUrl: string): PageLink | undefined {
  const ours = new URL(publicUrl);
  const plain = address.replaceAll('&amp;', '&');
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  const base = ours.pathname.replace(/\/$/, '');
  if (url?.origin !== ours.origin || !url.pathname.startsWith(`${base}/`)) return undefined;
  const [, kind, id] = page.exec(url.pathname.slice(base.length)) ?? [];
  if (id === undefined) return undefined;
  const of = (name: string) => url.searchParams.get(name) ?? '';
  return { kind: kinds[kind as keyof typeof kinds], id, expires: of('expires'), signature: of('signature') };
}

/** The page without what the link is signed with. */
export function pageAddress({ id, kind }: Pick<PageLink, 'id' | 'kind'>, publicUrl: string): string {
  return `${publicUrl.replace(/\/$/, '')}/${kind}s/${id}`;
}
