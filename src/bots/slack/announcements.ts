/**
 * What Slack ends a connection for and would end the next one for, until a person changes something; anything else it
 * says, like `warning` and `refresh_requested`, only means that another connection is wanted.
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode under “Disconnect messages”; `too_many_websockets` comes
 * when an app has more than the ten connections that the same page allows.
 */
const lasting: Record<string, string> = {
  link_disabled:
    'link_disabled. Socket Mode is turned off for the app: turn it on under https://api.slack.com/apps → Socket Mode.',
  too_many_websockets:
    'too_many_websockets. Slack allows ten connections of one app: stop other programs that use SLACK_APP_TOKEN.',
};

export function isLasting(reason: string): boolean {
  return Object.hasOwn(lasting, reason);
}

/** In words, with what a person can do. */
export function reasonOf(reason: string): string {
  return lasting[reason] ?? `Slack ended the connection (${reason}).`;
}
