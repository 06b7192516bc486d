/** The bot's own account. */
export interface Me {
  id: string;
  username: string;
}
