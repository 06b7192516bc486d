/**
 * Whether others than this machine and its network may know the host of a URL: one without a dot, such as `localhost` or
 * a container's id, is known to nobody else, and Discord refuses whole messages for it.
 */
export function hasPublicHost(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname.includes('.');
}
